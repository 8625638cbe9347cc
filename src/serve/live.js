// What `avocet serve` adds to a page: it reloads it, swaps its stylesheets, follows it to a new address, and shows what is wrong with the
// site. A build never adds it.
(() => {
  "use strict";
  const own = document.currentScript;
  let seen = own.dataset.seen;
  const KEY = "avocet-scroll";

  // --- Where the reader was

  const leave = (path) => sessionStorage.setItem(KEY, JSON.stringify({ path, x: scrollX, y: scrollY }));
  const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
  sessionStorage.removeItem(KEY);
  if (kept && kept.path === location.pathname) {
    const back = () => scrollTo({ left: kept.x, top: kept.y, behavior: "instant" });
    back();
    addEventListener("load", () => requestAnimationFrame(back), { once: true });
  }

  // --- Stylesheets: the new one is loaded before the old one goes, so that the page is never without

  const isStyle = (link) => new URL(link.href, location).pathname.endsWith(".css") && !link.dataset.avocetOld;
  const swap = (styles) => {
    const links = [...document.querySelectorAll("link[href]")].filter(isStyle);
    styles.forEach(([href, mark], at) => {
      const old = links[at];
      if (!old || old.dataset.avocetMark === mark) return;
      const fresh = old.cloneNode();
      const address = new URL(href, location);
      if (old.getAttribute("href").split("?")[0] === href.split("?")[0]) address.searchParams.set("avocet", mark);
      fresh.href = address.href;
      fresh.dataset.avocetMark = mark;
      old.dataset.avocetOld = "yes";
      const done = () => old.remove();
      fresh.addEventListener("load", done, { once: true });
      fresh.addEventListener("error", done, { once: true });
      old.after(fresh);
      if (old.rel !== "stylesheet") done();
    });
  };

  // --- What is shown over the page, out of reach of its styles

  const host = document.createElement("avocet-preview");
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = `
    <style>
      :host { all: initial; color-scheme: light dark; --back: #fff; --text: #212b32; --code: #f0f4f5; --red: #b8201a; --focus: #ffeb3b; }
      @media (prefers-color-scheme: dark) { :host { --back: #16191c; --text: #f0f4f5; --code: #262b30; --red: #ff8a80; } }
      section, aside, .open { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); position: fixed; z-index: 2147483647; }
      section { inset: auto 0 0 0; max-height: 70vh; overflow: auto; border-top: 4px solid var(--red); padding: 16px 24px; box-shadow: 0 -4px 24px #0006; }
      header { display: flex; gap: 16px; align-items: baseline; justify-content: space-between; }
      h2 { font-size: 20px; margin: 0; color: var(--red); }
      pre { font: 14px/1.45 ui-monospace, monospace; background: var(--code); margin: 12px 0; padding: 12px; overflow-x: auto; tab-size: 4; }
      pre::first-line { font-weight: bold; color: var(--red); }
      button { font: inherit; color: inherit; background: var(--code); border: 2px solid currentColor; border-radius: 4px; padding: 4px 12px; cursor: pointer; }
      button:focus-visible, pre:focus-visible { outline: 3px solid var(--focus); outline-offset: 0; box-shadow: 0 0 0 5px #212b32; }
      .open { right: 16px; bottom: 16px; color: var(--red); background: var(--back); }
      aside { left: 16px; bottom: 16px; padding: 4px 12px; border: 2px dashed currentColor; border-radius: 4px; max-width: 24em; }
      details { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); border: 2px dashed currentColor; border-radius: 4px; padding: 4px 12px; max-width: 24em; max-height: 50vh; overflow: auto; }
      summary { cursor: pointer; }
      h3 { font-size: 16px; margin: 8px 0 0; }
      ul { margin: 0; padding-left: 20px; }
      a { color: inherit; }
      summary:focus-visible, a:focus-visible { outline: 3px solid var(--focus); background: var(--focus); color: #212b32; }
      .corner { position: fixed; z-index: 2147483646; left: 16px; bottom: 16px; display: flex; flex-direction: column; gap: 8px; align-items: flex-start; }
      .corner aside { position: static; }
      [hidden] { display: none; }
      @media print { :host { display: none; } }
    </style>
    <div class="corner"><nav class="lists" aria-label="Drafts and scheduled pages"></nav><div role="status" class="notes"></div></div>
    <div aria-live="assertive" class="errors"></div>`;
  const place = () => document.documentElement.append(host);
  place();

  const note = own.dataset.note;
  if (note) {
    const aside = document.createElement("aside");
    aside.textContent = note;
    root.querySelector(".notes").append(aside);
  }

  // --- Drafts and scheduled pages, which no list of the site has: in a bar, which is open on the 404 page

  const LISTS = [["drafts", "Drafts", "draft"], ["scheduled", "Scheduled", "scheduled"]];
  const bar = document.createElement("details");
  bar.hidden = true;
  root.querySelector(".lists").append(bar);
  const list = async () => {
    const pages = await fetch("/.avocet/left-out.json").then((answer) => answer.json()).catch(() => null);
    if (!pages) return;
    const lists = LISTS.filter(([key]) => pages[key].length);
    bar.hidden = !lists.length;
    const summary = document.createElement("summary");
    const counted = ([key, , word]) => `${pages[key].length} ${word}${word === "draft" && pages[key].length > 1 ? "s" : ""}`;
    summary.textContent = lists.map(counted).join(", ");
    bar.replaceChildren(summary);
    for (const [key, heading] of lists) {
      const title = document.createElement("h3");
      title.textContent = heading;
      const items = document.createElement("ul");
      for (const page of pages[key]) {
        const link = document.createElement("a");
        link.href = page.url;
        link.textContent = page.title;
        const item = document.createElement("li");
        item.append(link, page.until ? ` (until ${page.until})` : "");
        items.append(item);
      }
      bar.append(title, items);
    }
  };
  // What came to be since the page was loaded is in the list when it is opened.
  bar.addEventListener("toggle", () => bar.open && list());
  const isMissing = performance.getEntriesByType("navigation")[0]?.responseStatus === 404;
  list().then(() => (bar.open = isMissing));

  const errors = root.querySelector(".errors");
  let told = "";
  const show = (said) => {
    const now = JSON.stringify(said);
    if (now === told) return;
    told = now;
    errors.replaceChildren();
    if (!said.count) return;
    const words = said.count === 1 ? "1 error" : `${said.count} errors`;
    const panel = document.createElement("section");
    panel.setAttribute("aria-label", "Errors of the site");
    panel.innerHTML = "<header><h2></h2><button type=button class=close>Close</button></header>";
    panel.querySelector("h2").textContent = `The site has ${words}`;
    for (const drawing of said.drawings) {
      const pre = document.createElement("pre");
      pre.tabIndex = 0;
      pre.textContent = drawing;
      panel.append(pre);
    }
    if (said.drawings.length < said.count) panel.append(`and ${said.count - said.drawings.length} more: the terminal shows all`);
    const open = document.createElement("button");
    open.className = "open";
    open.type = "button";
    open.textContent = `Show ${words}`;
    open.hidden = true;
    const set = (closed, focus) => {
      panel.hidden = closed;
      open.hidden = !closed;
      if (focus) (closed ? open : panel.querySelector("button")).focus();
    };
    panel.querySelector("button").onclick = () => set(true, true);
    open.onclick = () => set(false, true);
    panel.onkeydown = (event) => event.key === "Escape" && set(true, true);
    errors.append(panel, open);
  };

  // --- Events. A tab that nobody sees does not listen: browsers allow six connections to a host, and it learns all when it is seen again

  let events;
  const listen = () => {
    const wanted = document.visibilityState === "visible";
    if (!wanted && events) {
      events.close();
      events = undefined;
    }
    if (!wanted || (events && events.readyState !== EventSource.CLOSED)) return;
    events = new EventSource(`/.avocet/events?page=${encodeURIComponent(location.pathname)}&seen=${seen}`);
    const on = (name, react) => events.addEventListener(name, (event) => react(JSON.parse(event.data)));
    on("reload", () => {
      leave(location.pathname);
      location.reload();
    });
    on("move", (address) => {
      leave(new URL(address, location).pathname);
      location.replace(address + location.hash);
    });
    on("styles", (said) => {
      seen = said.seen;
      swap(said.styles);
    });
    on("errors", show);
    events.onerror = () => events.readyState === EventSource.CLOSED && setTimeout(listen, 1000);
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pageshow", (event) => event.persisted && listen());
  addEventListener("pagehide", () => {
    events?.close();
    events = undefined;
  });
  listen();
})();
