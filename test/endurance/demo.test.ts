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

async function runDemo(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const unreachableUrl = 'http://127.0.0.1:1'
  const unreachable = {
    AWS_ENDPOINT_URL_S3: unreachableUrl,
    AWS_ENDPOINT_URL_SQS: unreachableUrl,
    AWS_ENDPOINT_URL_SAGEMAKER: unreachableUrl,
  }
  const env = { ...process.env, ...unreachable, NODE_OPTIONS: '', INIT_CWD: directory, TMPDIR: directory }
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (part) => (output.stdout += part))
  child.stderr.on('data', (part) => (output.stderr += part))
  const [status] = await once(child, 'close')
  return { status, ...output }
}

describe('npm run demo', () => {
  it('reports its steps, keeps the files with --keep, and prints one line of JSON with --json', async () => {
    const { status, stdout, stderr } = await runDemo('--json', '--keep', 'kept')
    expect(status).toBe(0)
    const reported = ['curl -X PUT', 'demo-1', 'George M. Groutas', '1024 x 685', 'CC BY 2.0', '26 boxes']
    for (const value of reported) expect(stderr).toContain(value)
    const images = await readdir(join(directory, 'kept/data/demo-0/images'))
    const manifest = await readFile(join(directory, 'kept/data/demo-0/manifests/input.manifest'), 'utf8')
    const sources = manifest
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)['source-ref'])
    expect(sources).toEqual(images.toSorted().map((image) => `s3://groundwork/data/demo-0/images/${image}`))
    expect(await readdir(directory)).toEqual(['kept'])

    const { batches, labelingJob, seconds } = JSON.parse(stdout)
    expect(seconds).toBeGreaterThan(0)
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

  it('refuses to write into a folder that is not empty', async () => {
    const { status, stderr } = await runDemo('--keep', '.')
    expect([status, stderr]).toEqual([1, expect.stringContaining('kept')])
  })

  it('refuses an unknown option and prints its usage', async () => {
    const { status, stdout, stderr } = await runDemo('--bogus')
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('usage: npm run demo')
  })

  it.each([[['--bogus']], [['somewhere']], [['--keep']], [['--keep=']], [['--json=yes']]])(
    'refuses invalid options: %j',
    (args) => expect(() => readOptions(args)).toThrow(/^.+\.$/),
  )
})
