import { html, type TemplateResult } from 'lit-html'
import { formatCount } from '../frame/format.ts'
import type { PageContext } from '../frame/page.ts'
import { type Picture, pictureByKey } from './picture.ts'
import { pictureView } from './picture-view.ts'

/** Pictures to be looked at one by one. */
export interface Album {
  /** How many there are now: more may be loaded while the viewer is open. */
  count(): number
  picture(index: number): Picture | undefined
  /** What is known about it, below the picture. */
  details(index: number): TemplateResult
  onBroken?(): void
}

/** Shows the pictures of an album in a dialog, in full size. The arrow keys go on and back, and Escape closes it. */
export function showPictures({ show, redraw }: PageContext, album: Album, start: number): void {
  let index = start
  const goTo = (next: number): void => {
    index = Math.max(0, Math.min(album.count() - 1, next))
    redraw()
  }
  show({
    title: 'Image',
    look: 'wide',
    onKey: (event) => {
      const next = pictureByKey(event.key, index, album.count())
      if (next === undefined) return
      event.preventDefault()
      goTo(next)
    },
    body: () => {
      const picture = album.picture(index)
      if (!picture) return html`<p>This image is not in the list any more.</p>`
      return html`
        <div class="viewer">
          <div class="viewer-stage">${pictureView(picture, { isLarge: true, onBroken: () => album.onBroken?.() })}</div>
          <div class="viewer-steps">
            <button aria-disabled=${index === 0} @click=${() => goTo(index - 1)}>← Previous</button>
            <p role="status">${formatCount(index + 1)} of ${formatCount(album.count())}</p>
            <button aria-disabled=${index === album.count() - 1} @click=${() => goTo(index + 1)}>Next →</button>
          </div>
          ${album.details(index)}
        </div>
      `
    },
  })
}
