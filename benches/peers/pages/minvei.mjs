// Minvei in the browser: the shipped app, which has no interface for programs. This script stands in the
// page before the app does. It taps what a person taps, reads what she sees, and watches what the app
// fetches and writes down; it changes nothing of that, except that it can cut the network.
import { MEMBERS, numberOf, personOf, sheet, valueOf } from './minvei-rows.mjs';

/** What the mark of a row says when the row is safe on this device. */
const SAFE = new Set(['saved', 'shared']);
/** In the session storage: this page begins without a network. */
const CUT = 'bench.cut';
const LETTERS = ['g', 'h', 'a', 'b', 'f'];

/** Resolves to what `find` gives, as soon as it gives anything; it is asked when the page has changed. */
function seen(find, where = document) {
  const found = find();
  if (found) return Promise.resolve(found);
  return new Promise((resolve, reject) => {
    const observer = new MutationObserver(() => {
      try {
        const found = find();
        if (!found) return;
        observer.disconnect();
        resolve(found);
      } catch (error) {
        reject(error);
      }
    });
    const attributeFilter = ['data-answered', 'data-state'];
    observer.observe(where, { subtree: true, childList: true, attributes: true, attributeFilter });
  });
}

/** The network cable: everything the app sends goes through here and can be cut. */
const cable = {
  isCut: sessionStorage.getItem(CUT) !== null,
  /** @type {Set<EventSource | WebSocket>} */
  channels: new Set(),

  cut() {
    if (cable.isCut) return;
    cable.isCut = true;
    globalThis.dispatchEvent(new Event('offline'));
    for (const channel of cable.channels) {
      channel.close();
      channel.dispatchEvent(new Event('error'));
    }
    cable.channels.clear();
  },

  mend() {
    if (!cable.isCut) return;
    cable.isCut = false;
    sessionStorage.removeItem(CUT);
    // The app dials at once when the browser says this.
    globalThis.dispatchEvent(new Event('online'));
  },
};

/**
 * What the app keeps in IndexedDB, as far as it can be seen from outside: its values are sealed. It takes an
 * answer into memory, then writes its rows down in one transaction over `log` or `pages`, then asks again.
 */
const disk = {
  /** The last answer said that more rows are to come. */
  isFilling: false,
  /** Has any answer brought rows? */
  has: false,
  /** Answers with rows whose transaction has not begun. */
  owed: 0,
  /** Transactions that write rows and are not complete. */
  open: 0,
  /** @type {unknown} */
  fault: undefined,
  /** @type {() => void} */
  changed: () => {},

  answered(text) {
    // The rows come last, and there are many: only what stands before them is looked at.
    const rows = text.indexOf('"rows":[');
    disk.isFilling = text.slice(0, rows < 0 ? text.length : rows).includes('"more":true');
    if (rows < 0) return;
    disk.has = true;
    disk.owed += 1;
  },

  follow(transaction) {
    disk.owed = 0;
    disk.open += 1;
    disk.changed();
    const end = (fault) => {
      disk.open -= 1;
      disk.fault ??= fault;
      disk.changed();
    };
    transaction.addEventListener('complete', () => end());
    transaction.addEventListener('abort', () => end(transaction.error ?? new Error('a transaction was aborted')));
  },

  /** Resolves when a new install has taken in its last rows: the app writes them down after that. */
  filled: () => disk.once(() => disk.has && !disk.isFilling && disk.owed === 0),

  /** Resolves when all rows that have come are committed. */
  settled: () => disk.once(() => !disk.isFilling && disk.owed === 0 && disk.open === 0),

  once: (holds) => new Promise((resolve, reject) => {
    disk.changed = () => {
      if (disk.fault !== undefined) return reject(disk.fault);
      if (holds()) resolve();
    };
    disk.changed();
  }),
};

/** Lets the app hear that it is signed in: no engine is measured with the checking of a password. */
let letIn;
const isLetIn = new Promise((resolve) => (letIn = resolve));
/** The server has answered to the sign-in. */
let known;
const isKnown = new Promise((resolve) => (known = resolve));

const { fetch: realFetch } = globalThis;

globalThis.fetch = async (request, init) => {
  const { pathname } = new URL(request.url ?? request, location.href);
  if (!pathname.startsWith('/api/')) return realFetch(request, init);
  if (cable.isCut) throw new TypeError('the cable is cut');
  const answer = await realFetch(request, init);
  if (pathname === '/api/sign-in') {
    if (!answer.ok) throw new Error(`the server answered ${answer.status} to the sign-in`);
    known();
    await isLetIn;
  }
  if (pathname === '/api/sync') {
    answer.text = async () => {
      const text = await Response.prototype.text.call(answer);
      if (cable.isCut) throw new TypeError('the cable is cut');
      disk.answered(text);
      return text;
    };
  }
  return answer;
};

/** A live channel that goes through the cable: it does not open while that is cut, and ends with it. */
function throughCable(RealChannel) {
  return function channel(...how) {
    if (!cable.isCut) {
      const open = new RealChannel(...how);
      cable.channels.add(open);
      return open;
    }
    const deaf = new EventTarget();
    queueMicrotask(() => deaf.dispatchEvent(new Event('error')));
    return Object.assign(deaf, { close() {} });
  };
}

globalThis.EventSource = throughCable(globalThis.EventSource);
globalThis.WebSocket = throughCable(globalThis.WebSocket);

const { transaction } = IDBDatabase.prototype;
IDBDatabase.prototype.transaction = function (stores, mode, ...rest) {
  const begun = transaction.call(this, stores, mode, ...rest);
  const names = [...begun.objectStoreNames];
  if (mode === 'readwrite' && (names.includes('log') || names.includes('pages'))) disk.follow(begun);
  return begun;
};

/** Taps a link of the app. */
function tap(address) {
  const link = document.createElement('a');
  link.href = address;
  document.body.append(link);
  link.click();
  link.remove();
}

const fieldOf = (person) => document.querySelector(`input[name="mark-${person}"]`);
const rowOf = (mark) => fieldOf(personOf(mark))?.closest('li');
const answered = () => document.querySelectorAll('.attendance > li[data-answered=yes]').length;

/** The sheet on the screen. */
let here = { group: '', address: '' };

/** Goes to a sheet; done when its names are there. */
async function show(letter, number) {
  const { group, series, date } = sheet(letter, number);
  const address = `/attendance/${series}/${date}`;
  if (address === here.address) return;
  // Between two sessions of one group the app would keep the rows of the first.
  if (group === here.group) {
    tap('/more');
    await seen(() => document.querySelector('.attendance') === null);
  }
  here = { group, address };
  const first = personOf({ id: letter + number * MEMBERS });
  tap(address);
  await seen(() => fieldOf(first));
}

/** Who listens is done when she has heard everything. */
let listening = Promise.resolve();

/** Looks at sheet after sheet, and tells of each mark as it appears. */
async function follow(marks, listener) {
  for (const ofSheet of bySheet(marks)) {
    await showSheetOf(ofSheet[0]);
    const rows = new Map(ofSheet.map((mark) => [mark, rowOf(mark)]));
    await seen(() => {
      for (const [mark, row] of rows) {
        if (row.dataset.answered !== 'yes') continue;
        rows.delete(mark);
        listener(mark);
      }
      return rows.size === 0;
    });
  }
}

function bySheet(marks) {
  const sheets = new Map();
  for (const mark of marks) {
    const { letter, number } = numberOf(mark);
    const name = `${letter}${number}`;
    sheets.set(name, [...sheets.get(name) ?? [], mark]);
  }
  return sheets.values();
}

async function showSheetOf(mark) {
  const { letter, number } = numberOf(mark);
  await show(letter, number);
}

/** How many marks a letter has: sheet after sheet is looked at, until one is not full. */
async function countOf(letter) {
  for (let number = 0, all = 0; ; number += 1) {
    await show(letter, number);
    const found = answered();
    all += found;
    if (found < MEMBERS) return all;
  }
}

const bench = {
  async open({ offline }) {
    letIn();
    if (!offline) cable.mend();
    await seen(isOpen);
  },
  async write(mark) {
    await showSheetOf(mark);
    const row = rowOf(mark);
    row.querySelector(`[data-mark=${valueOf(mark)}] input`).click();
    await seen(() => SAFE.has(row.querySelector('.state')?.dataset.state), row);
  },
  async count() {
    let all = 0;
    for (const letter of LETTERS) all += await countOf(letter);
    return all;
  },
  // Commands are applied in their client's order and changes come in the order of the history, so that
  // the last mark is not there before all others are. `count` looks at every one.
  async waitFor(_, last) {
    // Asked before it is let in: this is a new install, and its first fill is waited for.
    if (!isOpen()) return disk.filled();
    await listening;
    await showSheetOf(last);
    await seen(() => rowOf(last).dataset.answered === 'yes');
  },
  onRecord(listener, marks) {
    listening = follow(marks, listener);
  },
  durableLocally: () => disk.settled(),
  offline: () => cable.cut(),
  online: () => cable.mend(),
  close() {
    cable.cut();
    sessionStorage.setItem(CUT, 'yes');
  },
};

/** The places to go to are there when somebody is signed in. */
const isOpen = () => document.querySelector('.app > .nav');

/** Signs in as the leader of the groups, up to where the server has answered. */
async function signIn() {
  const form = await seen(() => isOpen() ?? document.querySelector('.sign-in__form'));
  if (!form.matches('form')) return;
  for (const [name, text] of [['login', 'ingunn'], ['password', 'minvei-demo']]) {
    const field = form.querySelector(`[name=${name}]`);
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  form.requestSubmit();
  await isKnown;
}

async function begin() {
  // The pages of the other engines have nothing to paint. The app still keeps its whole page up to date.
  if (!location.search.includes('painted')) (await seen(() => document.documentElement)).style.display = 'none';
  await signIn();
  // The worker that keeps the app's files has fetched them all: nothing of that is counted as a pull.
  await navigator.serviceWorker.ready;
  globalThis.bench = bench;
}

void begin();
