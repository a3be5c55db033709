"""Copies of a desk elsewhere: how they are made, checked and brought back. Where they go is a place's business."""
