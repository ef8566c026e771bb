import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { findFunctions } from '../../local/functions.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'functions-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function find(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return findFunctions(pathToFileURL(`${folder}/`))
}

const endpoint = (path: string) =>
  `export const endpoint = { method: 'GET', path: '${path}' }\nexport const handler = () => '${path}'`
const worker = "export const worker = { queue: 'tasks' }\nexport const handler = () => ({})"
const rule = "export const rule = { source: 'aws.sagemaker' }\nexport const handler = () => {}"

describe('findFunctions', () => {
  it('groups the files of all folders into endpoints, workers and rules, named after the files', async () => {
    const found = await find({
      'health.ts': endpoint('/health'),
      'batches/get.ts': endpoint('/v1/batches/{batch}'),
      'workers/run-chunk.ts': worker,
      'workers/changed.ts': rule,
      'routes.json': '[]',
    })
    expect(found.endpoints.map(({ name }) => name)).toEqual(['groundwork-batches-get', 'groundwork-health'])
    expect(found.endpoints.map(({ endpoint: { path } }) => path)).toEqual(['/v1/batches/{batch}', '/health'])
    expect(found.workers).toEqual([
      {
        name: 'groundwork-workers-run-chunk',
        file: 'workers/run-chunk',
        worker: { queue: 'tasks' },
        handler: expect.any(Function),
      },
    ])
    expect(found.rules.map(({ name }) => name)).toEqual(['groundwork-workers-changed'])
  })

  it.each([
    ['export const other = 1\nexport const handler = () => 1', 'functions/a/b.ts'],
    ['export const endpoint = {}', 'functions/a/b.ts'],
  ])('throws for a file that is not a function, with its name: %j', async (text, message) => {
    await expect(find({ 'a/b.ts': text })).rejects.toThrow(message)
  })
})
