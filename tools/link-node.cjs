// Runs after npm ci, under whatever Node.js is installed. npm 10 removes the link to the Node.js of the project: it belongs
// to two packages, and one of them is not for this machine. Where it is missing, it is made again.
var fs = require('node:fs')
var path = require('node:path')
var binary = path.join('..', `node-linux-${process.arch}`, 'bin', 'node')
var folder = path.join(__dirname, '..', 'node_modules', '.bin')
var link = path.join(folder, 'node')
if (fs.existsSync(path.join(folder, binary)) && !fs.existsSync(link)) fs.symlinkSync(binary, link)
