import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { type Api, send } from './clients.ts'
import type { LoadLedger } from './ledger.ts'

const TIMEOUT_MILLISECONDS = 120_000

const Batch = z.object({ request: z.record(z.string(), z.unknown()), state: z.string(), imageCount: z.int() })
const Copy = z.object({ state: z.string(), total: z.int(), copied: z.int(), present: z.int(), pending: z.int() })
const Names = z.object({ items: z.array(z.object({ batch: z.string() })), nextCursor: z.string().optional() })
const Images = z.object({ items: z.array(z.object({ imageId: z.string(), copy: z.string().optional() })) })

/** Finds lost, wrong and incompletely copied batches after all work has ended. */
export async function audit(api: Api, ledger: LoadLedger): Promise<string[]> {
  const listed = await listNames(api)
  const violations = [...new Set([...ledger.created, ...ledger.requests.keys()])].flatMap((batch) => {
    const times = listed.filter((name) => name === batch).length
    return [
      ...(ledger.requests.has(batch) ? [] : [`no response reported the creation of ${batch}`]),
      ...(times === 1 ? [] : [`${batch} is listed ${times} times`]),
    ]
  })
  for (const [batch, expected] of ledger.requests) violations.push(...(await auditBatch(batch, expected, ledger, api)))
  return violations
}

async function auditBatch(batch: string, expected: object, ledger: LoadLedger, api: Api): Promise<string[]> {
  const path = `/v1/batches/${batch}`
  const copy = ledger.copied.has(batch) ? await waitForCopy(`${path}/copy`, api) : undefined
  const { request, state, imageCount } = Batch.parse(await read(path, api))
  const violations = Object.entries(expected)
    .filter(([field, value]) => JSON.stringify(request[field]) !== JSON.stringify(value))
    .map(([field]) => `${batch} has another ${field} than requested`)
  if (!copy)
    return state === 'selected'
      ? violations
      : [...violations, `${batch} is ${state}, although its copy was not started`]
  if (copy.state !== 'copied' || copy.pending > 0) violations.push(`the copy of ${batch} ended with ${copy.state}`)
  if (copy.total !== imageCount || copy.copied + copy.present !== imageCount)
    violations.push(`${batch} has ${copy.copied + copy.present} good copies of ${imageCount} images`)
  const { items } = Images.parse(await read(`${path}/images?limit=1000`, api))
  const good = items.filter((image) => image.copy === 'copied' || image.copy === 'present')
  if (new Set(good.map(({ imageId }) => imageId)).size !== imageCount) violations.push(`${batch} lacks images`)
  const written = ledger.written.get(batch)
  if (!written) return violations
  const lines = await readLines(`${path}/manifest`, api)
  if (!written.has(lines.length))
    violations.push(`the manifest of ${batch} has ${lines.length} lines, unlike any that was written`)
  await send(api, {
    kind: 'write a manifest',
    method: 'PUT',
    path: `${path}/manifest`,
    body: {},
    expected: [],
    refusals: [],
  })
  const distinctLines = new Set(await readLines(`${path}/manifest`, api))
  if (distinctLines.size !== imageCount)
    violations.push(`the manifest of ${batch} has ${distinctLines.size} of ${imageCount} images`)
  return violations
}

const readLines = async (path: string, api: Api): Promise<string[]> =>
  String(await read(path, api))
    .split('\n')
    .filter((line) => line !== '')

/** Waits until a copy has ended. */
async function waitForCopy(path: string, api: Api): Promise<z.infer<typeof Copy>> {
  const deadline = performance.now() + TIMEOUT_MILLISECONDS
  for (;;) {
    const copy = Copy.parse(await read(path, api))
    if ((copy.state !== 'queued' && copy.state !== 'copying') || performance.now() > deadline) return copy
    await wait(50)
  }
}

async function listNames(api: Api): Promise<string[]> {
  const names: string[] = []
  for (let cursor = ''; ; ) {
    const page = Names.parse(await read(`/v1/batches?limit=1000${cursor}`, api))
    names.push(...page.items.map(({ batch }) => batch))
    if (page.nextCursor === undefined) return names
    cursor = `&cursor=${page.nextCursor}`
  }
}

async function read(path: string, api: Api): Promise<unknown> {
  const { status, body } = await send(api, {
    kind: 'look at a batch',
    method: 'GET',
    path,
    expected: [200],
    refusals: [],
  })
  if (status !== 200) throw new Error(`GET ${path} returned ${status}: ${JSON.stringify(body)}`)
  return body
}
