import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'

const PROGRAM = new URL('../../tools/flows.ts', import.meta.url).pathname

const Flows = z.array(
  z.object({ flow: z.string(), modules: z.array(z.object({ file: z.string(), lines: z.int() })).nonempty() }),
)

/** The most modules of shared/ that one call of a flow may execute. Lower it when a flow gets shorter. */
const MAX_MODULES = new Map([
  ['PUT /v1/batches/{batch}', 70],
  ['a chunk of a copy', 30],
  ['PUT /v1/labeling-jobs/{job}', 60],
])
const MAX_LINES = 200

describe('npm run flows', () => {
  const { stdout } = spawnSync(process.execPath, [PROGRAM, '--json'], { encoding: 'utf8' })
  const flows = Flows.parse(JSON.parse(stdout))

  it('measures each main flow', () => {
    expect(flows.map(({ flow }) => flow)).toEqual([...MAX_MODULES.keys()])
  })

  it.each(flows)('finds that $flow executes few modules, and none of them long', ({ flow, modules }) => {
    expect(modules.length).toBeLessThanOrEqual(MAX_MODULES.get(flow) ?? 0)
    expect(modules.filter(({ lines }) => lines > MAX_LINES)).toEqual([])
  })
})
