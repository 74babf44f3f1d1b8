// passkeys.js: hands the page's question to the browser's authenticators, and sends the answer with the form.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function make({ publicKey }) {
  const user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  const excludeCredentials = named(publicKey.excludeCredentials);
  const asked = { ...publicKey, challenge: bytes(publicKey.challenge), user, excludeCredentials };
  const made = await navigator.credentials.create({ publicKey: asked });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
    },
  };
}

async function use({ publicKey }) {
  const asked = { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: named(publicKey.allowCredentials) };
  const used = await navigator.credentials.get({ publicKey: asked });
  const { authenticatorData, clientDataJSON, signature, userHandle } = used.response;
  return {
    id: used.id,
    rawId: text(used.rawId),
    type: used.type,
    response: {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  };
}

const WORDS = {
  none: "This browser cannot use passkeys here.",
  asking: "Your browser asks you now. Follow what it says.",
  held: "This device has a passkey of yours already.",
  failed: "That was stopped, or took too long. You can try again.",
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const says = form.querySelector("[role=status]");
  const again = form.querySelector("[type=submit]");
  const answer = form.elements.answer;
  let busy = false;

  const run = async () => {
    if (busy) return;
    busy = again.disabled = true;
    says.textContent = WORDS.asking;
    try {
      const question = JSON.parse(form.dataset.options);
      answer.value = JSON.stringify(await (form.dataset.passkey === "make" ? make : use)(question));
      form.submit();
    } catch (error) {
      says.textContent = error.name === "InvalidStateError" ? WORDS.held : WORDS.failed;
      busy = again.disabled = false;
      again.hidden = false;
    }
  };

  form.addEventListener("submit", (ev) => { ev.preventDefault(); run(); }, true);
  if (globalThis.PublicKeyCredential) run();
  else says.textContent = WORDS.none;
  // A page that comes back from the browser's memory holds a question that was answered.
  addEventListener("pageshow", (ev) => { if (ev.persisted) location.replace(form.dataset.back); });
}
