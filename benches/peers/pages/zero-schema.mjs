// The one table of marks, and who may touch it: everybody.
import { ANYONE_CAN_DO_ANYTHING, createSchema, definePermissions, string, table } from '@rocicorp/zero';

const mark = table('mark')
  .columns({ id: string(), person: string(), series: string(), date: string(), value: string(), by: string(), at: string() })
  .primaryKey('id');

export const schema = createSchema({ tables: [mark], enableLegacyQueries: true, enableLegacyMutators: true });

export const permissions = definePermissions(schema, () => ({ mark: ANYONE_CAN_DO_ANYTHING }));
