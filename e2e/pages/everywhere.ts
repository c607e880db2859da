// Every page of everybody, and which of the texts in `payloads.ts` must be read on it.
import type { Size } from '../fixtures/device.ts';
import { CLOSED_DAY, RED_DAY, TODAY, type Key } from '../fixtures/payloads.ts';
import type { Role } from '../fixtures/test.ts';

/** What must be read on each page, by its address. */
type Shown = Readonly<Record<string, readonly Key[]>>;

/** The list of names of the activity that was planned. */
export const SHEET = `/attendance/payload/${TODAY}`;
const COUNTS = `/kitchen/${TODAY}/sheet`;
/** What a card of the day says. */
export const CARD: readonly Key[] = ['title', 'place', 'leader', 'bring', 'moved', 'cancel'];
const PLAN: readonly Key[] = ['title', 'place', 'group', 'moved', 'cancel', 'red'];
const PERSON: readonly Key[] = ['first', 'last', 'phone', 'guide', 'group', 'title', 'red'];
const DISHES: readonly Key[] = ['dish', 'beside'];

/** What of it stands on paper too. */
export const PRINTED: Shown = { '/plan': ['title', 'place', 'group'], [COUNTS]: ['school', 'class', ...DISHES] };

/** What everybody sees, on the device she has in life. */
export const PAGES: Record<Role, { readonly size: Size; readonly shown: Shown }> = {
  participant: {
    size: 'phone',
    shown: {
      '/today': CARD, '/week': CARD, [`/week/${RED_DAY}`]: ['title', 'red'],
      '/more': ['first', 'last'], '/log': ['staff'], '/outbox': [],
    },
  },
  adviser: {
    size: 'desktop',
    shown: {
      '/people': ['first', 'last', 'guide', 'group'], '/people/new': ['guide'], '/people/amina': PERSON, '/plan': PLAN,
      '/attendance': ['title'], [SHEET]: ['first', 'last', 'title', 'place'],
      '/more': ['guide'], '/log': ['first', 'last'], '/outbox': [], '/online': [],
    },
  },
  teacher: {
    size: 'phone',
    shown: {
      '/people': ['first', 'group'], '/plan': PLAN, '/attendance': ['title'], [SHEET]: ['first', 'title', 'place'],
      '/more': ['staff'], '/log': ['first'], '/outbox': [],
    },
  },
  kitchen: {
    size: 'tablet',
    shown: {
      '/kitchen': ['school', ...DISHES], [COUNTS]: ['school', 'class', ...DISHES], [`/kitchen/${CLOSED_DAY}`]: ['school', 'closed'],
      '/': ['school'], '/sign-in': ['school'], '/enter': ['staff'], '/invite': ['staff'],
      '/more': ['staff'], '/log': [], '/outbox': [],
    },
  },
  school: { size: 'desktop', shown: { '/orders': ['school', 'closed', 'dish'], '/more': ['staff'], '/log': [], '/outbox': [] } },
  manager: {
    size: 'desktop',
    shown: {
      '/people': ['first', 'last', 'guide', 'group'], '/people/new': ['staff'], '/people/amina': PERSON, '/plan': PLAN,
      '/kitchen': ['school', 'alias', ...DISHES], [COUNTS]: ['school', 'class', ...DISHES],
      '/attendance': ['title'], [SHEET]: ['first', 'last', 'title', 'place'],
      '/staff': ['staff', 'guide', 'school'], '/staff/kari': ['guide'], '/staff/slettebakken': ['staff', 'school'],
      '/more': ['staff'], '/log': ['staff', 'first', 'last'], '/outbox': [],
      '/held': ['staff', 'first', 'last', 'title'],
    },
  },
  reception: {
    size: 'desktop',
    shown: {
      // She registers participants, and is sent none.
      '/people': [], '/people/new': ['guide', 'staff'], '/people/amina': [], '/plan': PLAN, '/more': [], '/log': [], '/outbox': [],
    },
  },
};
