// Loaded before every program (`node -r`), so that an outdated Node.js fails with a clear message. It uses only syntax
// that old versions support. On Linux, npm finds the right Node.js in node_modules/.bin, which npm ci brings along.
var version = process.versions.node
if (Number(version.split('.')[0]) < 24) {
  process.stderr.write(
    `Groundwork requires Node 24 or newer, not ${version}. On Linux, run npm ci, which brings it along; elsewhere, install it.\n`,
  )
  process.exit(1)
}
