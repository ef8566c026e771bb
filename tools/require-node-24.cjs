// Loaded before every program (`node -r`), so that an outdated Node.js fails with a clear message. It uses only syntax
// that old versions support. On Linux, npm finds the right Node.js in node_modules/.bin.
var version = process.versions.node
if (Number(version.split('.')[0]) < 24) {
  process.stderr.write(`Groundwork requires Node 24 or newer, not ${version}. Install it and run npm ci again.\n`)
  process.exit(1)
}
