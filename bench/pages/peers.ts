import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'

/** Libraries that draw boxes on an image, as the task of our own surface is done with them. */
export const PEERS = ['konva', 'annotorious'] as const
export type Peer = (typeof PEERS)[number]

/** How many boxes are there, in columns of this many pixels. */
const COLUMN_PIXELS = 20
const COLUMNS = 10

/**
 * Opens a page with an image and boxes in one of the libraries. A drag on it draws one more.
 * @param image the address of the image
 */
export async function openPeer(page: Page, peer: Peer, image: string, boxes: number): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`peers/${peer}.js`, import.meta.url))],
    ...{ bundle: true, write: false, minify: true, format: 'iife', outdir: '.', logLevel: 'error' },
  })
  const script = outputFiles.find(({ path }) => path.endsWith('.js'))?.text ?? ''
  const css = outputFiles.find(({ path }) => path.endsWith('.css'))?.text ?? ''
  const places = Array.from({ length: boxes }, (_, box) => ({
    x: 40 + (box % COLUMNS) * COLUMN_PIXELS,
    y: 40 + Math.floor(box / COLUMNS) * COLUMN_PIXELS,
  }))
  await page.setContent(
    `<style>${css} body { margin: 0 }</style><div id="surface"><img id="image" src="${image}"></div>`,
  )
  await page.waitForFunction('document.querySelector("#image").naturalWidth > 0')
  await page.evaluate(`globalThis.places = ${JSON.stringify(places)}`)
  await page.addScriptTag({ content: script })
  await page.waitForFunction('globalThis.isReady === true')
}
