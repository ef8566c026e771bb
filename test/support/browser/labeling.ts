import type { Page } from 'playwright-core'
import type { CalledApi } from '../http/running-api.ts'

/** A worker with a link, and a job with images. */
export interface PageJob {
  readonly job: string
  readonly link: string
  /** The name of the worker. */
  readonly worker: string
  /** Calls the API as the worker. */
  call(method: string, path: string, body?: unknown): Promise<Awaited<ReturnType<CalledApi['call']>>>
}

let made = 0

/** Makes a batch of images of people, a labeling job on it, and a worker. The images are copied when it returns. */
export async function makeJob(
  api: Pick<CalledApi, 'call' | 'until'>,
  request: object = {},
  {
    images = 4,
    worker = {},
    classNames = ['Person'],
  }: { images?: number; worker?: object; classNames?: string[] } = {},
): Promise<PageJob> {
  made += 1
  // Test files in other processes make theirs on the same stack.
  const id = `${process.pid}-${made}`
  const [batch, job, name] = [`page-${id}`, `page-job-${id}`, `page-worker-${id}`]
  await api.call('PUT', `/v1/batches/${batch}`, {
    dataset: 'sample-train',
    classNames,
    examplesPerClass: images,
    run: 'manifest',
  })
  await api.until(`/v1/batches/${batch}`, ({ json }) => json.run.state === 'done')
  const created = await api.call('PUT', `/v1/labeling-jobs/${job}`, { batch, ...request })
  if (created.status !== 201) throw new Error(created.text)
  const { json } = await api.call('PUT', `/v1/workers/${name}`, { jobs: [job], ...worker })
  const link: string = json.link
  let authorization: string | undefined
  const call: PageJob['call'] = async (method, path, body) => {
    if (authorization === undefined) {
      const opened = await api.call('POST', '/v1/me/sessions', { secret: link, seat: 'a-browser-of-the-tests' })
      authorization = `Bearer ${opened.json.session}`
    }
    return await api.call(method, path, body, { authorization })
  }
  return { job, link, worker: name, call }
}

/** Opens the link, and starts the only job. */
export async function openJob(page: Page, { link }: Pick<PageJob, 'link'>): Promise<void> {
  await page.goto(link)
  await page.getByRole('button', { name: /^Start/ }).click()
  await waitForImage(page)
}

/** Waits until the image is on the surface. */
export async function waitForImage(page: Page): Promise<void> {
  await page.locator('.stage img').waitFor({ state: 'attached' })
}

/** Where the image lies in the window, and its scale: CSS pixels for each pixel of the image as stored. */
export async function readImagePlace(
  page: Page,
): Promise<{ left: number; top: number; scale: number; width: number; height: number }> {
  return await page.locator('.stage').evaluate((stage) => {
    const { left, top, width } = stage.getBoundingClientRect()
    const size = { width: Number.parseFloat(stage.style.width), height: Number.parseFloat(stage.style.height) }
    return { left, top, scale: width / size.width, ...size }
  })
}

/** Returns the answers of the worker to the block that is open, by line. */
export async function readAnswers({ job, call }: PageJob): Promise<Map<number, { answer: string; boxes: PageBox[] }>> {
  const { json: next } = await call('POST', `/v1/me/jobs/${job}/next`, {})
  if (next.state !== 'work') throw new Error(`There is no block: ${JSON.stringify(next)}`)
  const { json } = await call('GET', `/v1/me/jobs/${job}/answers?block=${next.block}`)
  return new Map(
    json.items.map((item: { line: number; answer: string; boxes?: PageBox[] }) => [item.line, { boxes: [], ...item }]),
  )
}

export interface PageBox {
  readonly className: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
