// Progressive enhancement only: everything below has a working server-rendered form or link behind it.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const on = (t, f) => document.addEventListener(t, f);
const say = t => { const l = $('#live'); if (l && t) l.textContent = t; };
const store = { // a browser may forbid storage altogether: then there are simply no drafts
  get(k) { try { return sessionStorage.getItem(k); } catch { return null; } },
  set(k, v) { try { sessionStorage.setItem(k, v); } catch { /* nothing to do */ } },
  drop(k) { try { sessionStorage.removeItem(k); } catch { /* nothing to do */ } },
  empty() { try { sessionStorage.clear(); } catch { /* nothing to do */ } },
};

// Pages of ours become documents by one door, which the pages' policy knows by name (Trusted Types)
const door = window.trustedTypes?.createPolicy('casework', {createHTML: t => t}) ?? {createHTML: t => t};
const parsed = t => new DOMParser().parseFromString(door.createHTML(t), 'text/html');

// 1 One region instead of a whole page: <a data-swap="#id">, <form method="get" data-swap="#id">
async function swap(url, sel, push = true) {
  const res = await fetch(url, {headers: {'X-Requested-With': 'swap'}, credentials: 'same-origin'});
  const doc = parsed(await res.text()), neu = $(sel, doc), old = $(sel);
  if (!res.ok || res.redirected || !neu || !old) return location.assign(url);
  const at = old.contains(document.activeElement) && document.activeElement.dataset.key;
  old.replaceWith(neu);
  if (push) history.pushState({swap: 1}, '', url);
  if (at) $(`[data-key="${CSS.escape(at)}"]`, neu)?.focus();
  say(neu.dataset.announce);
  ready(neu);
}
on('click', e => {
  const a = e.target.closest('a[data-swap]');
  if (!a || e.metaKey || e.ctrlKey || e.shiftKey || e.button) return;
  e.preventDefault();
  swap(a.href, a.dataset.swap).catch(() => location.assign(a.href));
});
addEventListener('popstate', e => { if (e.state?.swap || !location.hash) location.reload(); });

// 2 Copy, print, close menus and dialogs
on('click', e => {
  const b = e.target.closest('[data-copy]');
  if (b) navigator.clipboard?.writeText(b.dataset.copy).then(() => say(b.dataset.done));
  if (e.target.closest('[data-print]')) print();
  if (e.target.closest('[data-close]')) e.target.closest('dialog')?.close();
  for (const d of $$('details.menu[open]')) if (!d.contains(e.target)) d.open = false;
  const opens = e.target.closest('a[href="#quick"]');
  if (opens) { e.preventDefault(); compose(); }
});

on('click', e => { // <a data-sends="id of a form">: the form goes there itself, and says on the way that it was opened
  const f = document.getElementById(e.target.closest('a[data-sends]')?.dataset.sends);
  if (!f || e.metaKey || e.ctrlKey || e.shiftKey || e.button) return;
  e.preventDefault();
  f.requestSubmit();
});

// 3 Shortcuts: never inside a field, never when the user has switched them off
function compose() {
  const d = $('#quick');
  if (!d) return $('[data-new]')?.click();
  d.open = true;
  d.scrollIntoView({block: 'start'});
  $('input:not([type=hidden]),select,textarea', d)?.focus();
}
const here = () => document.activeElement?.closest('[data-row]');
function step(by) {
  const links = $$('[data-row]').map(r => $('a[href]', r)).filter(a => a && a.checkVisibility?.() !== false);
  const i = links.findIndex(a => a.closest('[data-row]') === here());
  links[Math.max(0, Math.min(links.length - 1, i + by))]?.focus();
}
// Several rows of a list at once (components/bulk.html): x one, X from the last one to here, * all on the page
let picked; // the box that was set last
function told(bulk) {
  const all = $('[data-pick-all]', bulk), boxes = $$(`[data-pick][form="${bulk.id}"]`), count = boxes.filter(b => b.checked).length;
  $('[data-picked]', bulk).textContent = $('[data-picked]', bulk).dataset.picked.replace('{n}', count);
  all.checked = count > 0 && count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
  $$('.js', bulk).forEach(i => { i.hidden = i.matches('[data-pick-none]') && !count; });
  bulk.classList.toggle('any', count > 0);
  return count;
}
function pick(box, range) {
  if (!box) return;
  const boxes = $$(`[data-pick][form="${box.form.id}"]`), a = boxes.indexOf(picked), b = boxes.indexOf(box);
  if (range && a >= 0) boxes.slice(Math.min(a, b), Math.max(a, b) + 1).forEach(i => { i.checked = box.checked; });
  picked = box;
  told(box.form);
}
const press = range => { const box = here() && $('[data-pick]', here()); if (!box) return; box.checked = range || !box.checked; pick(box, range); };
function all(yes) {
  const bulk = $('[data-bulk]');
  if (!bulk) return;
  $$(`[data-pick][form="${bulk.id}"]`).forEach(b => { b.checked = yes; });
  told(bulk);
}
on('click', e => {
  if (e.target.matches?.('[data-pick]')) pick(e.target, e.shiftKey);
  if (e.target.matches?.('[data-pick-all]')) all(e.target.checked);
  if (e.target.matches?.('[data-pick-none]')) { all(false); $('[data-pick-all]').focus(); }
  if (e.target.closest?.('[data-keys]')) $('#keys')?.showModal?.();
});
// Who gets how many of the cases handed over, told anew when a row goes to somebody else (supervision/preview.html)
on('change', e => {
  if (!e.target.matches('[data-from]')) return;
  const rows = $$('[data-from]').filter(s => s.value);
  for (const one of $$('[data-share]')) {
    const id = one.dataset.share, gets = rows.filter(s => s.value === id).length, gives = rows.filter(s => s.dataset.from === id).length;
    one.hidden = !gets;
    if (one.dataset.words) one.textContent = one.dataset.words.replace('{n}', gets).replace('{all}', +one.dataset.load + gets - gives);
  }
});
function reach(key) { // data-reach="a": the button of this row, or of a page that has one only, takes the focus; Enter presses it
  const all = $$(`[data-reach="${key}"]`, here() || document);
  if (here() || all.length === 1) all[0]?.focus();
}
function section(by) {
  const tabs = $$('.subnav a'), i = tabs.findIndex(a => a.hasAttribute('aria-current'));
  if (i >= 0) tabs[i + by]?.click();
}
const keys = {
  '/': () => $('#find')?.focus(),
  n: compose,
  f: () => { const d = $('details.filters'); if (d) { d.open = !d.open; $('summary', d).focus(); } },
  j: () => step(1),
  k: () => step(-1),
  x: () => press(false),
  X: () => press(true),
  '*': () => all($$('[data-pick]').some(b => !b.checked)),
  a: () => reach('a'),
  r: () => reach('r'),
  '[': () => section(-1),
  ']': () => section(1),
  '?': () => $('#keys')?.showModal?.(),
};
function answer(b) { // <input type=radio data-press="1">: chosen and sent, or first what it needs beside (data-needs)
  b.click();
  const more = b.dataset.needs ? $$(`[name="${b.dataset.needs}"]`, b.form) : [];
  if (more.length && !more.some(i => i.checked)) more[0].focus(); else b.form.requestSubmit();
}
const lasting = { // what this browser is to remember
  get(k) { try { return localStorage.getItem(k); } catch { return null; } },
  set(k, v) { try { localStorage.setItem(k, v); } catch { /* then it holds for this page only */ } },
};
on('change', e => { if (e.target.matches('[data-keys-on]')) lasting.set('keys', e.target.checked ? 'on' : 'off'); });
const turn = key => $(`[data-turn="${key}"]`); // the calendar: to earlier days, to today, to later ones
on('keydown', e => {
  if (e.key === 'Escape') for (const d of $$('details.menu[open]')) { d.open = false; $('summary', d).focus(); }
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && e.target.form) { e.preventDefault(); e.target.form.requestSubmit(); }
  // From the words of a search into its rows, and along them; elsewhere the arrows scroll
  if (e.key === 'Enter' && e.target.matches?.('[data-row] input[type=checkbox]')) { e.preventDefault(); $('a[href]', here())?.click(); }
  const moves = {ArrowDown: ['[data-row] a, input[name=q]', 1], ArrowUp: ['[data-row] a', -1]}[e.key];
  if (moves && !e.altKey && e.target.matches?.(moves[0]) && $('[data-row]')) { e.preventDefault(); return step(moves[1]); }
  if (e.target.matches?.('input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]')) return;
  if (e.ctrlKey || e.metaKey || e.altKey || $('dialog[open]') || lasting.get('keys') === 'off') return;
  if (/^(Arrow(Left|Right)|t)$/.test(e.key) && turn(e.key)) { e.preventDefault(); turn(e.key).click(); }
  if (Object.hasOwn(keys, e.key)) { e.preventDefault(); keys[e.key](); }
  const b = /^[1-9]$/.test(e.key) && $(`[data-press="${e.key}"]`);
  if (b && b.checkVisibility?.() !== false) { e.preventDefault(); answer(b); }
});

// 4 Text is never lost: a warning on leaving, a draft that lives no longer than the tab, no sending while offline
const kept = f => [...f.elements].filter(i => i.name && i.matches('textarea,input[type=text],select,input[type=radio],input[type=checkbox]')
  && !['csrf_token', 'nonce', 'version'].includes(i.name));
on('input', e => {
  const f = e.target.form;
  if (f?.matches('[data-guard]')) f.dataset.dirty = 1;
  if (f?.matches('[data-draft]')) store.set(`draft:${f.dataset.draft}`,
    JSON.stringify(kept(f).map(i => [i.name, i.matches('[type=radio],[type=checkbox]') ? i.checked : null, i.value])));
  count(e.target);
  when(f);
});
addEventListener('beforeunload', e => { if ($('form[data-dirty]')) e.preventDefault(); });
const offline = yes => { const b = $('#offline'); if (b) b.hidden = !yes; };
addEventListener('online', () => offline(false));

// 5 One press, one sending. The guard lets go by itself, so nothing stays locked after a lost reply.
on('submit', e => {
  const f = e.target;
  const method = f.getAttribute('method'); // a field may be called “method” and would hide f.method
  if (method === 'dialog') return;
  if (!navigator.onLine) { e.preventDefault(); return offline(true); }
  if (method === 'get' && f.dataset.swap) {
    e.preventDefault();
    const url = new URL(f.getAttribute('action') || '', location.href), query = new URLSearchParams([...new FormData(f)].filter(([, v]) => v !== ''));
    url.search = query;
    return swap(url.href, f.dataset.swap).catch(() => location.assign(url));
  }
  if (f.matches('[data-bulk]') && !told(f)) {
    e.preventDefault();
    $('[data-picked]', f).textContent = f.dataset.none;
    return $(`[data-pick][form="${f.id}"]`)?.focus();
  }
  if (f.dataset.repeat) { e.preventDefault(); return goOn(f); }
  if (f.dataset.upload && chosen(f).length) { e.preventDefault(); return sendAll(f); }
  if (f.dataset.sent) return e.preventDefault();
  f.dataset.sent = 1;
  setTimeout(() => delete f.dataset.sent, 6000);
  delete f.dataset.dirty;
  if (f.matches('[data-draft]')) store.set('sent', f.dataset.draft);
  if (f.matches('[data-signout]')) store.empty();
});
addEventListener('pageshow', () => $$('form[data-sent]').forEach(f => delete f.dataset.sent));

// 6 Characters left; fields that only matter after another answer
function count(t) {
  if (!t.matches?.('textarea[data-count]')) return;
  const note = document.getElementById(`${t.id}-count`), left = t.dataset.count - t.value.replace(/\r?\n/g, '\n').length;
  note.textContent = (left < 0 ? note.dataset.over : note.dataset.left).replace('{n}', Math.abs(left));
  note.classList.toggle('over', left < 0);
}
function when(f) {
  if (!f?.elements) return;
  for (const box of $$('[data-when]', f)) {
    const [name, wanted] = box.dataset.when.split('='), have = new FormData(f).getAll(name);
    box.hidden = !wanted.split('|').some(v => have.includes(v)) && !$('.err', box);
  }
}
on('keyup', e => {
  const c = e.target.type === 'password' && $('.caps', e.target.closest('.field'));
  if (c && e.getModifierState) c.hidden = !e.getModifierState('CapsLock');
});

// 7 Files in slices (<form data-upload>): a lost connection costs one of them, and a file chosen again goes on from there
const chosen = f => $$('[type=file]', f).flatMap(i => [...i.files]);
const arrived = new Map();
async function post(f, url, body, {signal, lost}) {
  for (let n = 0; ; n++) {
    let res;
    try {
      res = await fetch(url, {method: 'POST', body, signal, credentials: 'same-origin', headers: {'X-CSRFToken': f.elements.csrf_token.value}});
      if (res.headers.get('Content-Type')?.startsWith('application/json')) return [res.ok, await res.json()];
    } catch { if (signal.aborted) throw 'gone'; }
    if (res?.redirected) throw 'away';
    if (n > 7 || (res && ![409, 502, 503, 504].includes(res.status))) throw 'lost';
    lost();
    await new Promise(go => { setTimeout(go, Math.min(500 * 2 ** n, 20000)); addEventListener('online', go, {once: true}); signal.onabort = go; });
  }
}
async function send(f, file, how, tell) {
  let [ok, up] = await post(f, f.dataset.upload, new URLSearchParams({name: file.name, size: file.size, changed: file.lastModified}), how);
  if (!ok) throw up;
  how.cancel = up.cancel;
  for (let at = up.offset, back = 0; at < file.size; at = up.offset) {
    tell(at);
    [ok, up.offset] = await post(f, `${up.url}?offset=${at}`, file.slice(at, at + 262144), how).then(([k, r]) => [k, r.offset]);
    if (!ok && (up.offset === undefined || ++back > 3)) throw 'lost';
  }
  tell(file.size);
  const facts = [...new FormData(f)].filter(([k, v]) => typeof v === 'string' && k !== 'nonce');
  const [kept, end] = await post(f, up.finish, new URLSearchParams(facts), how);
  if (!kept) throw end;
  return end.url;
}
async function sendAll(f) {
  if (f.dataset.sending) return;
  f.dataset.sending = 1;
  const words = JSON.parse(f.dataset.words), list = $('.sending', f), go = $('.buttons [type=submit]', f);
  const make = (tag, to, text = '') => { const n = document.createElement(tag); n.textContent = text; to.append(n); return n; };
  const rows = chosen(f).filter(file => !arrived.has(key(file))).map(file => {
    const li = make('li', list), stop = new AbortController(), how = {signal: stop.signal};
    make('b', li, file.name);
    const bar = make('progress', li), note = make('span', li, words.waits), no = make('button', li, words.cancel);
    bar.max = file.size; bar.value = 0; bar.setAttribute('aria-label', file.name);
    no.type = 'button'; no.className = 'btn sm'; no.onclick = () => stop.abort();
    how.lost = () => { note.textContent = words.again; };
    return {file, li, bar, note, no, how};
  });
  list.replaceChildren(...rows.map(r => r.li));
  list.hidden = false;
  go.disabled = true;
  let bad = 0, url;
  for (const {file, li, bar, note, no, how} of rows) {
    try {
      if (how.signal.aborted) throw 'gone';
      url = await send(f, file, how, at => { bar.value = at; note.textContent = `${Math.floor(100 * at / file.size)} %`; });
      arrived.set(key(file), url);
      note.textContent = words.done;
    } catch (why) {
      bad++;
      li.className = 'bad';
      note.textContent = why.error || words[why] || words.lost;
      if (why === 'gone' && how.cancel) post(f, how.cancel, null, {signal: new AbortController().signal, lost() {}}).catch(() => 0);
    }
    no.remove();
    say(`${file.name}: ${note.textContent}`);
  }
  go.disabled = false;
  delete f.dataset.sending;
  if (bad) return $('.bad', list).scrollIntoView({block: 'center'});
  delete f.dataset.dirty;
  store.drop(`draft:${f.dataset.draft}`);
  location.assign(url || [...arrived.values()].pop());
}
const key = file => [file.name, file.size, file.lastModified].join('/');

// 8 Work in slices (<form data-repeat="where to go then">): the next one when one is done, until nothing is left
async function goOn(f) {
  if (f.dataset.busy) return;
  f.dataset.busy = 1;
  const bar = $('progress', f), told = $('[data-told]', f), b = $('[type=submit]', f);
  b.disabled = true;
  try {
    for (let now = {}; !now.is_over;) {
      const res = await fetch(f.getAttribute('action'), {method: 'POST', credentials: 'same-origin',
        headers: {'X-CSRFToken': f.elements.csrf_token.value, Accept: 'application/json'}});
      if (!res.ok || res.redirected) throw 'lost';
      now = await res.json();
      bar.max = now.total || 1; bar.value = now.done; told.textContent = now.words;
    }
    location.assign(f.dataset.repeat);
  } catch {
    told.textContent = f.dataset.lost;
    b.disabled = false;
    delete f.dataset.busy;
  }
}

// 9 Who may be registered already, while names are typed (<form data-likely="address">): said politely, never under the cursor
let typing, asked = 0;
on('input', e => {
  if (!e.target.form?.dataset.likely) return;
  clearTimeout(typing);
  typing = setTimeout(() => likely(e.target.form).catch(() => 0), 400); // offline: the check page asks again
});
async function likely(f) {
  const mine = ++asked, body = new URLSearchParams([...new FormData(f)].filter(([k]) => k !== 'nonce'));
  const res = await fetch(f.dataset.likely, {method: 'POST', body, credentials: 'same-origin'});
  const doc = parsed(await res.text()), neu = $('#likely', doc), old = $('#likely');
  if (!res.ok || mine < asked || !neu || neu.innerHTML === old.innerHTML || old.contains(document.activeElement)) return;
  if (neu.dataset.announce !== old.dataset.announce) say(neu.dataset.announce);
  old.replaceWith(neu);
}

function ready(root) {
  $$('textarea[data-count]', root).forEach(count);
  $$('form', root).forEach(when);
  $$('[data-bulk]', root).forEach(told);
}

// On arrival: another user's drafts go, a sent draft goes unless the page shows that it was not saved
const me = document.body.dataset.user, failed = $('.errsum,[data-unsaved]');
if (me && store.get('me') !== me) { store.empty(); store.set('me', me); }
const sent = store.get('sent');
if (sent && me && !failed) store.drop(`draft:${sent}`);
if (!$('[data-resend]')) store.drop('sent'); // signing in lies between the sending and its arrival
for (const f of failed ? [] : $$('form[data-draft]')) {
  const draft = JSON.parse(store.get(`draft:${f.dataset.draft}`) || 'null');
  if (!draft) continue;
  const fields = kept(f);
  draft.forEach(([name, checked, value]) => {
    const i = fields.find(x => x.name === name && (checked === null || x.value === value));
    if (i && checked !== null) i.checked = checked; else if (i) i.value = value;
  });
  f.dataset.dirty = 1;
  f.closest('details')?.setAttribute('open', '');
  const note = $('.draftnote', f);
  if (note) note.hidden = false;
}
ready(document);
for (const b of $$('[data-keys]')) b.hidden = false;
for (const b of $$('[data-keys-on]')) b.checked = lasting.get('keys') !== 'off';
$$('form[data-going]').forEach(goOn);
for (const row of $$('.subnav, .seg')) { // what is current in a row that scrolls sideways
  const at = $('[aria-current]', row);
  if (at && row.scrollWidth > row.clientWidth) row.scrollLeft += at.getBoundingClientRect().left - row.getBoundingClientRect().left - 16;
}
failed?.matches('.errsum') && failed.focus();
