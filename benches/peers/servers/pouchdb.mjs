// The PouchDB server: `node pouchdb.mjs PORT FOLDER`. Serves the built pages below /bench as well.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import express from 'express';
import expressPouchDB from 'express-pouchdb';
import http from 'pouchdb-adapter-http';
import leveldb from 'pouchdb-adapter-leveldb';
import PouchDB from 'pouchdb-core';
import mapreduce from 'pouchdb-mapreduce';
import replication from 'pouchdb-replication';

const [, , port, folder] = process.argv;
mkdirSync(folder, { recursive: true });

for (const plugin of [leveldb, http, mapreduce, replication]) PouchDB.plugin(plugin);
const Kept = PouchDB.defaults({ prefix: join(folder, '/') });
await new Kept('centre').info();

const app = express();
app.use('/bench', express.static('built'));
app.use('/', expressPouchDB(Kept, { mode: 'minimumForPouchDB' }));
app.listen(Number(port), '127.0.0.1');
