// Takes the code out of the link's fragment into the form, and out of the address bar.
"use strict";
(() => {
  const field = document.getElementById("token");
  const byHand = document.getElementById("by-hand");
  const take = () => {
    const token = location.hash.slice(1);
    if (!token) return;
    field.value = token;
    byHand.hidden = true;
    history.replaceState(null, "", location.pathname);
  };
  addEventListener("hashchange", take);
  take();
})();
