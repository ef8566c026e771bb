import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { type Api, send } from './clients.ts'
import type { Ledger } from './ledger.ts'

const PATIENCE_MILLISECONDS = 120_000

const Batch = z.object({ request: z.record(z.string(), z.unknown()), state: z.string(), imageCount: z.int() })
const Copy = z.object({ state: z.string(), total: z.int(), copied: z.int(), present: z.int(), pending: z.int() })
const Names = z.object({ items: z.array(z.object({ batch: z.string() })), nextCursor: z.string().optional() })
const Images = z.object({ items: z.array(z.object({ imageId: z.string(), copy: z.string().optional() })) })

/** What is wrong once all is at rest: a batch that was lost, is another than was asked for, or is only half copied. */
export async function audit(api: Api, ledger: Ledger): Promise<string[]> {
  const listed = await allNames(api)
  const wrong = [...new Set([...ledger.made, ...ledger.asked.keys()])].flatMap((batch) => {
    const times = listed.filter((name) => name === batch).length
    return [
      ...(ledger.asked.has(batch) ? [] : [`nobody was told to have made ${batch}`]),
      ...(times === 1 ? [] : [`${batch} is listed ${times} times`]),
    ]
  })
  for (const [batch, asked] of ledger.asked) wrong.push(...(await wrongInBatch(batch, asked, ledger, api)))
  return wrong
}

async function wrongInBatch(batch: string, asked: object, ledger: Ledger, api: Api): Promise<string[]> {
  const path = `/v1/batches/${batch}`
  const copy = ledger.copied.has(batch) ? await endOfCopy(`${path}/copy`, api) : undefined
  const { request, state, imageCount } = Batch.parse(await read(path, api))
  const wrong = Object.entries(asked)
    .filter(([field, value]) => JSON.stringify(request[field]) !== JSON.stringify(value))
    .map(([field]) => `${batch} stands for another ${field}`)
  if (!copy) return state === 'selected' ? wrong : [...wrong, `${batch} is ${state}, and nobody had it copied`]
  if (copy.state !== 'copied' || copy.pending > 0) wrong.push(`${batch} ended as ${copy.state}`)
  if (copy.total !== imageCount || copy.copied + copy.present !== imageCount)
    wrong.push(`${batch} has ${copy.copied + copy.present} good copies of ${imageCount} images`)
  const { items } = Images.parse(await read(`${path}/images?limit=1000`, api))
  const good = items.filter((image) => image.copy === 'copied' || image.copy === 'present')
  if (new Set(good.map(({ imageId }) => imageId)).size !== imageCount) wrong.push(`${batch} has not all of its images`)
  const written = ledger.written.get(batch)
  if (!written) return wrong
  const lines = await linesOf(`${path}/manifest`, api)
  if (!written.has(lines.length)) wrong.push(`the manifest of ${batch} has ${lines.length} lines: none had so many`)
  await send(api, {
    kind: 'write a manifest',
    method: 'PUT',
    path: `${path}/manifest`,
    body: {},
    expected: [],
    refusals: [],
  })
  const whole = new Set(await linesOf(`${path}/manifest`, api))
  if (whole.size !== imageCount) wrong.push(`the manifest of ${batch} comes to ${whole.size} of ${imageCount} images`)
  return wrong
}

const linesOf = async (path: string, api: Api): Promise<string[]> =>
  String(await read(path, api))
    .split('\n')
    .filter((line) => line !== '')

/** A copy once it is over. */
async function endOfCopy(path: string, api: Api): Promise<z.infer<typeof Copy>> {
  const giveUpAt = performance.now() + PATIENCE_MILLISECONDS
  for (;;) {
    const copy = Copy.parse(await read(path, api))
    if ((copy.state !== 'queued' && copy.state !== 'copying') || performance.now() > giveUpAt) return copy
    await wait(50)
  }
}

async function allNames(api: Api): Promise<string[]> {
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
  if (status !== 200) throw new Error(`GET ${path} was answered ${status}: ${JSON.stringify(body)}`)
  return body
}
