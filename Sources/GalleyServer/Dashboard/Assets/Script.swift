// The script: a few comforts over pages that work without it. One file, no inline code, nothing from elsewhere.

extension Assets {
    static let script = #"""
        "use strict";
        (() => {
          const root = document.documentElement;
          const stored = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
          if (stored === "dark" || stored === "light") root.dataset.theme = stored;

          const theme = () => {
            const button = document.querySelector("[data-theme-toggle]");
            if (!button) return;
            button.hidden = false;
            button.addEventListener("click", () => {
              const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
              root.dataset.theme = dark ? "light" : "dark";
              try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not remembered */ }
            });
          };

          // "/" goes to the search field, as in many tools; not while something is being written.
          const keys = () => addEventListener("keydown", (event) => {
            if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
            if (event.target.closest("input, textarea, select, [contenteditable]")) return;
            event.preventDefault();
            document.getElementById("find")?.focus();
          });

          // On narrow screens the rows of a table become blocks, each value with the heading of its column before it.
          const stack = () => {
            for (const table of document.querySelectorAll(".scroll > table:not(.matrix)")) {
              const heads = [...table.querySelectorAll("thead th")].map((head) => head.querySelector(".hidden") ? "" : head.textContent.trim());
              for (const row of table.tBodies[0]?.rows ?? []) {
                [...row.cells].forEach((cell, index) => {
                  if (index > 0 && cell.tagName === "TD" && cell.textContent.trim() && heads[index]) cell.dataset.label = heads[index];
                });
              }
              table.classList.add("stack");
            }
          };

          // What does not fit is shown from where it matters: a recipe from its trigger, the navigation from the page that is open.
          const centre = () => {
            for (const flow of document.querySelectorAll(".flow")) flow.scrollLeft = (flow.scrollWidth - flow.clientWidth) / 2;
            const [side, current] = [document.querySelector(".side"), document.querySelector(".side [aria-current]")];
            if (side && current) side.scrollLeft = current.offsetLeft - (side.clientWidth - current.offsetWidth) / 2;
          };

          // Drag over the chart: the stretch of time becomes the page's.
          const drag = () => {
            const chart = document.querySelector("svg[data-from]");
            if (!chart) return;
            const { from, to } = chart.dataset;
            const time = (x) => {
              const box = chart.getBoundingClientRect();
              const share = Math.min(1, Math.max(0, (x - box.left) / box.width));
              return Number(from) + share * (Number(to) - Number(from));
            };
            const place = (t) => (t - from) / (to - from) * 100;
            let start = null, mark = null;
            chart.addEventListener("pointerdown", (event) => { if (event.button === 0) start = { x: event.clientX, t: time(event.clientX) }; });
            chart.addEventListener("dragstart", (event) => event.preventDefault());
            addEventListener("pointermove", (event) => {
              if (!start || Math.abs(event.clientX - start.x) < 6) return;
              if (!mark) {
                mark = document.createElementNS("http://www.w3.org/2000/svg", "rect");
                mark.setAttribute("class", "drag");
                mark.setAttribute("y", "0");
                mark.setAttribute("height", "100%");
                chart.append(mark);
              }
              const [a, b] = [place(start.t), place(time(event.clientX))].sort((x, y) => x - y);
              mark.setAttribute("x", a + "%");
              mark.setAttribute("width", (b - a) + "%");
            });
            addEventListener("pointerup", (event) => {
              const [begun, moved] = [start, mark];
              [start, mark] = [null, null];
              if (!begun || !moved) return;
              const [a, b] = [begun.t, time(event.clientX)].sort((x, y) => x - y);
              chart.addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
              const query = new URLSearchParams({ since: Math.floor(a), until: Math.ceil(Math.max(b, a + 60000)) });
              location.assign("/?" + query);
            });
          };

          // A live page: when the server says that something moved, the main part is read anew. What is open stays open.
          const live = () => {
            const source = document.body.dataset.live;
            if (!source || !window.EventSource) return;
            let waiting = false, busy = false;
            const refresh = async () => {
              if (busy || waiting === false || document.hidden) return;
              const active = document.activeElement;
              if (active && active.closest("main") && active.matches("input, textarea, select")) return;
              busy = true; waiting = false;
              try {
                const answer = await fetch(location.href, { headers: { accept: "text/html" } });
                if (!answer.ok) return;
                const next = new DOMParser().parseFromString(await answer.text(), "text/html");
                const open = [...document.querySelectorAll("main details[id]")].filter((one) => one.open).map((one) => one.id);
                const focus = active && active.closest("main") && active.id;
                document.querySelector("main").replaceChildren(...next.querySelector("main").childNodes);
                for (const id of open) { const one = document.getElementById(id); if (one) one.open = true; }
                if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
                document.title = next.title;
                if (!next.body.dataset.live) events.close();
                drag();
                stack();
              } catch { /* the next event tries again */ } finally { busy = false; }
            };
            const events = new EventSource(source);
            const moved = () => { waiting = true; };
            events.onmessage = moved;
            for (const name of ["job", "step", "reset"]) events.addEventListener(name, moved);
            setInterval(refresh, 1000);
            addEventListener("visibilitychange", refresh);
          };

          addEventListener("DOMContentLoaded", () => { theme(); keys(); drag(); stack(); centre(); live(); });
        })();
        """#
}
