// Loaded before every program (`node -r`), so that a Node too old to run them says so in a sentence. It is plain
// JavaScript of the oldest kind, for that reason. On Linux, npm finds the right Node in node_modules/.bin by itself.
var version = process.versions.node
if (Number(version.split('.')[0]) < 24) {
  process.stderr.write(`Groundwork needs Node 24 or newer, and this is ${version}. Install it, then npm ci again.\n`)
  process.exit(1)
}
