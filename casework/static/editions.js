// The editor of texts: how a text will read while it is typed, numbers put in by name, Ctrl+S, and the place kept.
// Without it the same form has a button that shows how everything reads.
const form = document.getElementById('pieces');
let last = null;

if (form) {
  const waiting = new Map();
  async function read(field) {
    const box = document.getElementById(`reading-${field.id}`);
    const asked = (Number(box.dataset.asked) || 0) + 1;
    box.dataset.asked = asked;
    const res = await fetch(form.dataset.read, {method: 'POST', credentials: 'same-origin',
      headers: {'X-CSRFToken': form.elements.csrf_token.value}, body: new URLSearchParams({section: field.name.replace('text_', ''), text: field.value})});
    if (!res.ok || res.redirected || Number(box.dataset.asked) !== asked) return;
    const found = await res.json(), said = box.querySelector('.said'), fault = box.querySelector('.fault');
    said.replaceChildren(...found.paragraphs.map(words => Object.assign(document.createElement('p'), {textContent: words})));
    fault.textContent = found.fault;
    fault.hidden = !found.fault;
  }
  const soon = field => {
    clearTimeout(waiting.get(field));
    waiting.set(field, setTimeout(() => read(field).catch(() => 0), 400)); // offline: it reads again with the next letter
  };
  form.addEventListener('input', e => { if (e.target.matches('textarea')) soon(e.target); });
  form.addEventListener('focusin', e => { if (e.target.matches('textarea')) last = e.target; });

  // A number goes where the cursor stood last
  form.addEventListener('click', e => {
    const button = e.target.closest('[data-insert]');
    if (!button) return;
    const field = last || form.querySelector('textarea');
    button.closest('details').open = false;
    field.focus();
    field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, 'end');
    field.dispatchEvent(new Event('input', {bubbles: true}));
  });

  document.addEventListener('keydown', e => {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === 's') { e.preventDefault(); form.requestSubmit(); }
  });

  // Saved, the page comes back where it was: same field, same cursor
  const key = `place:${location.pathname}`;
  form.addEventListener('submit', () => {
    try { sessionStorage.setItem(key, JSON.stringify({field: last?.id, at: last?.selectionStart, top: scrollY})); } catch { /* no storage */ }
  });
  try {
    const place = JSON.parse(sessionStorage.getItem(key) || 'null');
    sessionStorage.removeItem(key);
    if (place && !location.hash && !document.querySelector('.errsum')) {
      scrollTo(0, place.top);
      const field = place.field && document.getElementById(place.field);
      if (field) { field.focus({preventScroll: true}); field.setSelectionRange(place.at, place.at); last = field; }
    }
  } catch { /* no storage */ }
  addEventListener('load', () => { // by then app.js has brought a draft back
    for (const field of form.querySelectorAll('textarea')) if (field.value !== field.defaultValue) soon(field);
  });
}
