import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { startChromium } from '../../test/support/browser/chromium.ts'
import { makeJob, openJob, type PageJob } from '../../test/support/browser/labeling.ts'
import { startApi } from '../../test/support/http/running-api.ts'
import type { Options } from '../options.ts'
import type { Row, Section } from '../report.ts'
import { countActions } from './actions.ts'
import { drawBoxes, measureDrags, measurePeers } from './drags.ts'
import { type FirstImage, measureColdStart, measureFirstImage } from './first-image.ts'

/** Between a browser and a region of AWS nearby. */
const FAR_MILLISECONDS = 30
const MAX_DRAG_MILLISECONDS = 80
const MAX_SWAP_MILLISECONDS = 50
const MAX_SCRIPT_BYTES = 30_000

/** Measures the labeling page in a real Chromium, over the stack on this machine. */
export async function pagesSection({ quick }: Options): Promise<Section> {
  const browser = await startChromium()
  // Before a stack sets the environment of this process, which another one would find.
  const cold = await measureColdStart(browser)
  const api = await startApi()
  try {
    await api.importSample('sample-train')
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    const job = await makeJob(api, {}, { images: 13 })
    const far = await measureFar(browser, await makeJob(api, {}, { images: 10 }))
    const first = await measureFirstImage(page, job.link)
    const swaps = await measureSwaps(page, quick ? 4 : 9)
    await openJob(page, await makeJob(api, {}, { images: 10 }))
    const runs = quick ? 1 : 5
    const drags = await measureDrags(page, await drawBoxes(page), runs)
    const image = await page.locator('.stage img').getAttribute('src')
    const peers = await measurePeers(browser, image ?? '', runs)
    const actions = await countActions(page, await makeJob(api, {}, { images: 10, classNames: ['Person', 'Clothing'] }))
    const bytes = await measureBytes(api.stack.api)
    const drag = Math.min(...drags)
    const swap = percentile95(swaps)
    const rows: Row[] = [
      toRow('script of a drag over 100 boxes', drag, 'ms', MAX_DRAG_MILLISECONDS, `120 moves; best of ${drags.length}`),
      ...peers.map(([peer, milliseconds]) =>
        toRow(`the same in ${peer}`, milliseconds, 'ms', undefined, `${formatRatio(milliseconds / drag)} times ours`),
      ),
      toRow(
        'Enter to the next image on screen',
        swap,
        'ms',
        MAX_SWAP_MILLISECONDS,
        `95th percentile of ${swaps.length}`,
      ),
      toRow('script of /label', bytes.label, 'bytes', MAX_SCRIPT_BYTES, 'gzip'),
      toRow('script of /app', bytes.app, 'bytes', undefined, 'gzip'),
      toFirstImageRow('link to the first image', first),
      toFirstImageRow(`link to the first image, API and images ${FAR_MILLISECONDS} ms away`, far),
      toFirstImageRow('link to the first image, right after the start of the stack', cold),
      ...actions,
    ]
    return {
      section: 'pages',
      title: 'The labeling page in a real Chromium',
      rows,
      notes: [
        'script is what Chromium reports as ScriptDuration; drawing by the processor, without a graphics card, is not in it',
        'actions: each click, drag and key press, from an image without boxes to the next image',
      ],
      failures: rows.flatMap(({ measure, figure, budget }) =>
        typeof budget === 'number' && Number(figure) > budget ? [`${measure}: ${figure}, above ${budget}`] : [],
      ),
    }
  } finally {
    await browser.close()
    await api.stop()
  }
}

const formatRatio = (ratio: number): string => ratio.toFixed(ratio < 10 ? 1 : 0)

const toRow = (measure: string, figure: number, unit: string, budget: number | undefined, how: string): Row => ({
  measure,
  figure: Math.round(figure),
  unit,
  budget,
  how,
})

const toFirstImageRow = (measure: string, { milliseconds, requests }: FirstImage): Row =>
  toRow(measure, milliseconds, 'ms', undefined, `empty cache, ${requests} requests`)

async function measureFar(browser: Browser, { link }: PageJob): Promise<FirstImage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    return await measureFirstImage(await context.newPage(), link, FAR_MILLISECONDS)
  } finally {
    await context.close()
  }
}

const percentile95 = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.ceil(0.95 * values.length) - 1] ?? 0

/** From the key to the frame in which the next image is there, measured in the page. */
async function measureSwaps(page: Page, count: number): Promise<number[]> {
  await page.waitForLoadState('networkidle')
  const swaps: number[] = []
  for (let image = 0; image < count; image++) {
    await page.evaluate(WATCH_SWAP)
    await page.keyboard.press('n')
    swaps.push(await page.evaluate<number>('globalThis.swapped'))
  }
  return swaps
}

/** Resolves with the milliseconds between the key and the frame after which another image is shown. */
const WATCH_SWAP = `globalThis.swapped = new Promise((resolve) => {
  const before = document.querySelector('.stage img')
  document.addEventListener('keydown', () => {
    const start = performance.now()
    const look = () => document.querySelector('.stage img') === before
      ? requestAnimationFrame(look)
      : requestAnimationFrame(() => resolve(performance.now() - start))
    requestAnimationFrame(look)
  }, { once: true, capture: true })
}); undefined`

async function measureBytes(api: string): Promise<{ label: number; app: number }> {
  const measure = async (path: string): Promise<number> => {
    const html = await (await fetch(`${api}/${path}`)).text()
    const script = /src="(assets\/[^"]+)"/.exec(html)?.[1] ?? ''
    return gzipSync(Buffer.from(await (await fetch(`${api}/${script}`)).arrayBuffer())).length
  }
  return { label: await measure('label'), app: await measure('app') }
}
