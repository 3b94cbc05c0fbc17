// express-pouchdb over LevelDB in FOLDER; prints its URL. Usage: node server.js FOLDER
'use strict';
const path = require('node:path');
const express = require('express');
const PouchDB = require('pouchdb').defaults({ prefix: path.join(process.argv[2], path.sep) });

const app = express();
app.use(require('express-pouchdb')(PouchDB, { mode: 'minimumForPouchDB', logPath: path.join(process.argv[2], 'log.txt') }));
const listening = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${listening.address().port}`));
