import { createHash } from 'node:crypto'
import swagger from 'swagger-ui-dist/package.json' with { type: 'json' }
import { START_SCRIPT } from './start-script.ts'

/** As many digits of the hash as tell two versions apart. */
const HASH_DIGITS = 12
const START_HASH = createHash('sha256').update(START_SCRIPT).digest('hex').slice(0, HASH_DIGITS)

/** The files that the page loads, and the names by which it loads them: these change with the contents. */
export const VERSIONED = {
  'start.js': `start-${START_HASH}.js`,
  'swagger-ui-bundle.js': `swagger-ui-bundle-${swagger.version}.js`,
  'swagger-ui.css': `swagger-ui-${swagger.version}.css`,
} as const
