// security-check.js: works for the check that a form asks for, and shows how far it is. The form's button may be pressed meanwhile.
import "./altcha/altcha.min.js";

// All that the widget is given to write is the one word of its foot, which stays out of sight.
const plain = { createHTML: () => "ALTCHA", createScriptURL: (url) => url };
const policy = globalThis.trustedTypes?.createPolicy("security-check", plain) ?? plain;
const words = globalThis.$altcha.i18n;
words.set("en", { ...words.get("en"), footer: policy.createHTML("") });

// Cloudflare's widget is at least this wide, or small. Its script stands behind ours, and runs after it.
for (const place of document.querySelectorAll(".cf-turnstile")) if (place.clientWidth < 300) place.dataset.size = "compact";

for (const box of document.querySelectorAll("[data-challenge]")) {
  const form = box.closest("form");
  const answer = form.elements.altcha;
  const says = box.querySelector("[role=status]");
  let pressed = null;
  let broken = false;

  globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(policy.createScriptURL(box.dataset.worker)));
  const widget = document.createElement("altcha-widget");
  widget.setAttribute("challenge", box.dataset.challenge);
  widget.setAttribute("auto", "onload");
  widget.setAttribute("configuration", JSON.stringify({ hideFooter: true, hideLogo: true, humanInteractionSignature: false, minDuration: 0 }));

  const show = (look, text) => {
    box.classList.toggle("is-ok", look === "ok");
    box.classList.toggle("is-bad", look === "bad");
    for (const sign of box.querySelectorAll("[data-look]")) sign.toggleAttribute("hidden", sign.dataset.look !== look);
    says.textContent = text;
  };
  const states = {
    verified(payload) {
      answer.value = payload;
      show("ok", "Success!");
      if (pressed) form.requestSubmit(pressed.submitter);
    },
    verifying() {
      answer.value = "";
      show("busy", "Checking that you are a person…");
    },
    expired() { widget.verify(); },
    error() {
      broken = true;
      answer.value = "";
      show("bad", "The security check does not work. Reload this page.");
    },
  };
  widget.addEventListener("statechange", ({ detail }) => states[detail.state]?.(detail.payload));

  // Before anybody else hears of it: whoever presses the button early waits, and need not press it again.
  form.addEventListener("submit", (ev) => {
    if (answer.value || broken) return;
    ev.preventDefault();
    pressed = { submitter: ev.submitter };
  }, true);
  // An answer is good once.
  addEventListener("pageshow", (ev) => { if (ev.persisted) { pressed = null; widget.verify(); } });

  const shelf = document.createElement("div");
  shelf.hidden = true;
  shelf.append(widget);
  box.hidden = false;
  document.body.append(shelf);
}
