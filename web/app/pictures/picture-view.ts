import { html, nothing, svg, type TemplateResult } from 'lit-html'
import { type Picture, type PictureBox, toLook } from './picture.ts'

interface Look {
  /** Pictures in a dialog are loaded at once, those in a grid when they come into view. */
  readonly isLarge?: boolean
  readonly onBroken?: () => void
}

/**
 * An image with its boxes. The place that it takes does not depend on it, so nothing moves when it arrives. The image is
 * shown as stored, without its EXIF orientation, because boxes are relative to that.
 */
export function pictureView(
  { link, size, boxes, alt, absence }: Picture,
  { isLarge = false, onBroken }: Look = {},
): TemplateResult {
  if (link === undefined) return html`<div class="picture absent"><p>${absence}</p></div>`
  return html`<div class="picture">
    <img
      src=${link}
      alt=${alt}
      crossorigin="anonymous"
      loading=${isLarge ? 'eager' : 'lazy'}
      decoding="async"
      width=${size?.width ?? nothing}
      height=${size?.height ?? nothing}
      @error=${() => onBroken?.()}
    />
    ${size ? overlayView(size, boxes, isLarge) : nothing}
  </div>`
}

/** Lies over the image: both keep the ratio of the image, in the middle of the same place. */
const overlayView = (
  { width, height }: NonNullable<Picture['size']>,
  boxes: readonly PictureBox[],
  isLarge: boolean,
): TemplateResult => {
  const tag = Math.max(width, height) / (isLarge ? 38 : 16)
  return html`<svg class="boxes" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">
    ${boxes.map((box) => boxView(box))} ${boxes.map((box) => tagView(box, tag))}
  </svg>`
}

/** A dark line below the colored one keeps it visible on any picture. */
const boxView = ({ left, top, width, height, classNumber, isDoubtful = false }: PictureBox) => svg`
  <rect class="edge-shade" x=${left} y=${top} width=${width} height=${height}></rect>
  <rect
    class="edge ${toLook(classNumber)} ${isDoubtful ? 'doubtful' : ''}"
    x=${left} y=${top} width=${width} height=${height}
  ></rect>`

const tagView = ({ left, top, classNumber }: PictureBox, size: number) =>
  classNumber === 0
    ? nothing
    : svg`<g class="tag ${toLook(classNumber)}">
        <rect x=${left} y=${top} width=${size * (0.5 + 0.6 * String(classNumber).length)} height=${size * 1.15}></rect>
        <text x=${left + size * 0.25} y=${top + size * 0.92} font-size=${size}>${classNumber}</text>
      </g>`

/** Says which number and look each class has. */
export const legendView = (numbers: ReadonlyMap<string, number>): TemplateResult => html`
  <ul class="legend" aria-label="Classes and their numbers">
    ${[...numbers].map(
      ([name, number]) => html`<li>
        <span class="legend-mark ${toLook(number)}"
          ><svg viewBox="0 0 30 20" aria-hidden="true"><rect class="edge ${toLook(number)}" x="2" y="2" width="26" height="16"></rect></svg
          ><span class="legend-number">${number}</span></span
        >
        ${name}
      </li>`,
    )}
  </ul>
`
