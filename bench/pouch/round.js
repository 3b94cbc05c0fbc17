// Push, pull and merge of a workload by two PouchDBs over LevelDB; prints {"push", "pull", "merge"} in seconds.
// Usage: node round.js URL WORKLOAD.json FOLDER
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const PouchDB = require('pouchdb');

const [url, workload, folder] = process.argv.slice(2);
const batch = { batch_size: 1000, batches_limit: 2 };

async function timed(work) {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

async function edit(db, ids, edits) {
  const found = await db.allDocs({ keys: edits.map(([index]) => ids[index]), include_docs: true });
  const docs = found.rows.map((row, n) => ({ ...row.doc, [edits[n][1]]: edits[n][2] }));
  await db.bulkDocs(docs);
}

async function main() {
  const { rows, a, b } = JSON.parse(fs.readFileSync(workload, 'utf8'));
  const ids = rows.map((row) => row.id);
  const [first, second] = ['a', 'b'].map((name) => new PouchDB(path.join(folder, name)));
  const hub = `${url}/records`;
  for (let at = 0; at < rows.length; at += 1000) {
    await first.bulkDocs(rows.slice(at, at + 1000).map(({ id, ...row }) => ({ _id: id, ...row })));
  }
  const push = await timed(() => first.replicate.to(hub, batch));
  const pull = await timed(() => second.replicate.from(hub, batch));
  const { doc_count: arrived } = await second.info();
  if (arrived !== rows.length) throw new Error(`${arrived} of ${rows.length} records arrived`);
  await edit(first, ids, a);
  await edit(second, ids, b);
  const merge = await timed(async () => {
    await first.replicate.to(hub, batch);
    await second.sync(hub, batch);
    await first.replicate.from(hub, batch);
  });
  console.log(JSON.stringify({ push, pull, merge }));
  process.exit(0);
}

main();
