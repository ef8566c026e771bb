import { setTimeout as wait } from 'node:timers/promises'
import type { Stack } from '../../local/stack.ts'
import type { PictureBox } from './draw.ts'

/** What the pictures show. */
export interface Prepared {
  readonly batch: string
  readonly job: string
  /** The link of a worker who has a job of its own, an image of it, and what is drawn there. */
  readonly drawing: { readonly link: string; readonly number: number; readonly boxes: readonly PictureBox[] }
}

/** Counted from 1. */
const DRAWN_IMAGE = 3

const POLL_MILLISECONDS = 200
const LOOK_MILLISECONDS = 3000
const MAX_LOOKS = 30

/** In Open Images, a person has boxes of several classes below the one that is asked for. */
const withoutDoubles = (boxes: readonly PictureBox[]): PictureBox[] =>
  boxes.filter((box, index) => boxes.findIndex((other) => isNearlySame(other, box)) === index)

const isNearlySame = (one: PictureBox, other: PictureBox): boolean =>
  one.className === other.className &&
  (['xMin', 'yMin', 'xMax', 'yMax'] as const).every((side) => Math.abs(one[side] - other[side]) < 0.12)

/** Makes a batch that is copied, a job that is under way, and one that nobody has begun. */
export async function prepare({ api, token }: Pick<Stack, 'api' | 'token'>): Promise<Prepared> {
  // biome-ignore lint/suspicious/noExplicitAny: the bodies of several calls
  const call = async (method: string, path: string, body?: unknown, bearer = token): Promise<any> => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    const response = await fetch(`${api}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return await response.json()
  }
  const batch = 'people-0'
  const manifest = { provenance: true }
  const classNames = ['Person', 'Animal', 'Clothing']
  await call('PUT', `/v1/batches/${batch}`, {
    dataset: 'sample-train',
    classNames,
    examplesPerClass: 8,
    run: 'manifest',
    manifest,
  })
  while ((await call('GET', `/v1/batches/${batch}`)).run.state !== 'done') await wait(POLL_MILLISECONDS)
  const job = 'people-0-labels'
  await call('PUT', `/v1/labeling-jobs/${job}`, { batch })
  await call('PUT', '/v1/labeling-jobs/people-0-drawing', { batch })
  await answerSome(job)
  // Counts may be a minute old while a job runs.
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    if ((await call('GET', `/v1/labeling-jobs/${job}`)).counters.labeled > 0) break
    await wait(LOOK_MILLISECONDS)
  }
  const { link } = await call('PUT', '/v1/workers/drawing', { jobs: ['people-0-drawing'] })
  const { items } = await call('GET', `/v1/batches/${batch}/images`)
  return { batch, job, drawing: { link, number: DRAWN_IMAGE, boxes: withoutDoubles(items[DRAWN_IMAGE - 1].boxes) } }

  async function answerSome(name: string): Promise<void> {
    const worker = await call('PUT', '/v1/workers/first', { jobs: [name] })
    const { session } = await call('POST', '/v1/me/sessions', { secret: worker.link })
    const { block, tasks } = await call('POST', `/v1/me/jobs/${name}/next`, {}, session)
    for (const { line, ticket, width, height } of tasks) {
      const box = {
        className: 'Person',
        left: width / 4,
        top: height / 4,
        width: width / 3,
        height: height / 2,
        how: 'drag',
      }
      const answer = { ticket, submitId: `screenshot-${line}`, answer: 'boxes', boxes: [box], activeMilliseconds: 9000 }
      await call('PUT', `/v1/me/jobs/${name}/answers/${line}`, answer, session)
    }
    await call('POST', `/v1/me/jobs/${name}/next`, { finished: block }, session)
  }
}
