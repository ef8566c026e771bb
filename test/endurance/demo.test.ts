import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readOptions } from '../../tools/demo/options.ts'

const PROGRAM = new URL('../../tools/demo.ts', import.meta.url).pathname

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo-test-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function demo(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const nowhere = 'http://127.0.0.1:1'
  const unreachable = {
    AWS_ENDPOINT_URL_S3: nowhere,
    AWS_ENDPOINT_URL_SQS: nowhere,
    AWS_ENDPOINT_URL_SAGEMAKER: nowhere,
  }
  const env = { ...process.env, ...unreachable, NODE_OPTIONS: '', INIT_CWD: directory, TMPDIR: directory }
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (part) => (said.stdout += part))
  child.stderr.on('data', (part) => (said.stderr += part))
  const [status] = await once(child, 'close')
  return { status, ...said }
}

describe('the demo', () => {
  it('tells what it does, keeps the files where it is told to, and ends with one line of JSON when asked', async () => {
    const { status, stdout, stderr } = await demo('--json', '--keep', 'kept')
    expect(status).toBe(0)
    const told = ['curl -X PUT', 'demo-1: 5 of 5', 'George M. Groutas', '1024 x 685', 'CC BY 2.0', 'Compare everything']
    for (const words of [...told, 'Workers are simulated', '26 boxes']) expect(stderr).toContain(words)
    const images = await readdir(join(directory, 'kept/data/demo-0/images'))
    const manifest = await readFile(join(directory, 'kept/data/demo-0/manifests/input.manifest'), 'utf8')
    const sources = manifest
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)['source-ref'])
    expect(sources).toEqual(images.toSorted().map((image) => `s3://groundwork/data/demo-0/images/${image}`))
    expect(await readdir(directory)).toEqual(['kept'])

    const { batches, labelingJob, seconds } = JSON.parse(stdout)
    expect(seconds).toBeLessThan(30)
    const same = { imageCount: 5, copied: 5, manifestLines: 5 }
    expect(batches).toEqual([
      { batch: 'demo-0', ...same, manifestSha256: expect.stringMatching(/^fa14d10e/) },
      { batch: 'demo-1', ...same, manifestSha256: expect.stringMatching(/^940ec75f/) },
    ])
    expect(labelingJob).toEqual({
      job: 'demo-0-labels',
      status: 'Completed',
      objects: 5,
      labeled: 5,
      failed: 0,
      boxes: 26,
    })
  })

  it('does not write where files are already', async () => {
    const { status, stderr } = await demo('--keep', '.')
    expect([status, stderr]).toEqual([1, expect.stringContaining('--keep .')])
  })

  it('refuses what it does not know, and says how it is used', async () => {
    const { status, stdout, stderr } = await demo('--bogus')
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('usage: npm run demo')
  })

  it.each([[['--bogus']], [['somewhere']], [['--keep']], [['--keep=']], [['--json=yes']]])(
    'takes no options but its own: %j',
    (args) => expect(() => readOptions(args)).toThrow(/^.+\.$/),
  )
})
