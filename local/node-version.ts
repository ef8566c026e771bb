const NEEDED = 24

/**
 * The first import of every local program: stops it with a sentence where Node is too old to run it. Linux finds the
 * right one through npm, which puts node_modules/.bin first on the PATH; elsewhere it has to be installed.
 */
if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  console.error(
    `Groundwork needs Node ${NEEDED} or newer; this is ${process.version}. Install it, then run npm ci again.`,
  )
  process.exit(1)
}
