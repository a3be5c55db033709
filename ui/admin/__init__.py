"""The admin pages: a web app on the loopback. One module and one template folder a page."""
