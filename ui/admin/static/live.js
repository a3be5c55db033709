// Keeps a page current without a reload: asks for the desk's version each second and changes only what is different.
// What somebody is typing, their focus and their open details stay. Nothing happens while the tab is hidden.
"use strict";
(() => {
  const own = (html) => html; // only ever this desk's own page, fetched below
  const policy = globalThis.trustedTypes?.createPolicy("nightdesk", { createHTML: own }) ?? { createHTML: own };
  const { watch, every } = document.body.dataset;
  const quiet = document.getElementById("no-answer");
  let seen = document.body.dataset.version;
  let asking = false;

  const changed = (control) =>
    control.matches("select")
      ? [...control.options].some((option) => option.selected !== option.defaultSelected)
      : control.value !== control.defaultValue || control.checked !== control.defaultChecked;
  const typedIn = (form) => [...form.elements].some((c) => c.matches("input, textarea, select") && changed(c));
  const holdsWords = (node) =>
    node.nodeType === 1 && (node.matches("form") ? [node] : [...node.querySelectorAll("form")]).some(typedIn);

  const likeness = (old, now) => {
    for (const { name, value } of [...now.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    for (const { name } of [...old.attributes]) if (!now.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  };

  const morph = (old, now) => {
    if (old.isEqualNode(now) || (old.nodeName === "FORM" && typedIn(old))) return;
    if (old.nodeName !== now.nodeName || (old.id ?? "") !== (now.id ?? "")) return old.replaceWith(now);
    if (old.nodeType !== 1) return void (old.data = now.data);
    likeness(old, now);
    const coming = new Set([...now.children].map((child) => child.id).filter(Boolean));
    const kept = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
    let at = old.firstChild;
    for (const next of [...now.childNodes]) {
      while (at?.id && !coming.has(at.id)) at = drop(at);
      const same = next.id ? kept.get(next.id) : undefined;
      if (same && same !== at) old.insertBefore(same, at);
      if (same === at || (!same && at && !next.id && !at.id)) {
        const after = at.nextSibling;
        morph(at, next);
        at = after;
      } else if (same) morph(same, next);
      else old.insertBefore(next, at);
    }
    while (at) at = drop(at);
  };

  const drop = (node) => {
    const after = node.nextSibling;
    if (!holdsWords(node)) node.remove();
    return after;
  };

  const refresh = async () => {
    const answer = await fetch(location.pathname + location.search, { headers: { "X-Nightdesk-Live": "1" } });
    if (!answer.ok) return location.reload();
    const page = new DOMParser().parseFromString(policy.createHTML(await answer.text()), "text/html");
    for (const region of document.querySelectorAll("[data-live]")) {
      const now = page.getElementById(region.id);
      if (now) morph(region, now);
    }
    seen = page.body.dataset.version;
  };

  const look = async () => {
    if (asking || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch(watch, { headers: { "X-Nightdesk-Live": "1", Accept: "application/json" } });
      if (answer.status === 401 || answer.status === 503) return location.reload();
      if (answer.ok && String((await answer.json()).version) !== seen) await refresh();
      quiet.hidden = answer.ok;
    } catch {
      quiet.hidden = false;
    } finally {
      asking = false;
    }
  };

  // On the test phone Enter sends, as on a telephone; with Shift it begins a line.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches(".say textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", look);
  setInterval(look, Number(every));
})();
