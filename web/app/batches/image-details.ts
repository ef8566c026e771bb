import { html, nothing, type TemplateResult } from 'lit-html'
import { facts, outLink } from '../frame/elements.ts'
import { formatBytes, formatCount } from '../frame/format.ts'
import type { ClassNames } from './class-names.ts'
import { FLAG_TEXTS, FLAGS } from './flag-texts.ts'
import { type BatchBox, type BatchImage, describeCopy } from './image.ts'
import { nameLicense, type Provenance } from './provenance.ts'

/** What is known of the classes. */
interface Known {
  readonly numbers: ReadonlyMap<string, number>
  readonly names: Pick<ClassNames, 'find'>
}

/** What is known about an image: who made it, its copy, and its boxes. */
export function imageDetails(
  image: BatchImage,
  { provenance, ...known }: Known & { readonly provenance: Provenance | undefined },
): TemplateResult {
  const { imageId, copy, reason, width, height, bytes, source, destination, boxes, warnings = [] } = image
  return html`
    ${facts([
      ['Image', html`<code>${imageId}</code>`],
      ['Title', provenance?.title],
      ['Author', provenance?.author && outLink(provenance.landingPage, provenance.author)],
      ['License', provenance?.license && outLink(provenance.license, nameLicense(provenance.license))],
      ['Copy', reason === undefined ? describeCopy(copy) : `${describeCopy(copy)}: ${reason}`],
      [
        'Size',
        width === undefined || height === undefined
          ? undefined
          : `${formatCount(width)} × ${formatCount(height)} pixels`,
      ],
      ['File', bytes === undefined ? undefined : formatBytes(bytes)],
      ['Source', html`<code>${source}</code>`],
      ['Destination', html`<code>${destination}</code>`],
    ])}
    ${warnings.map(({ message }) => html`<p class="notice warn">${message}</p>`)}
    ${boxes.length === 0 ? nothing : boxTable(boxes, known)}
  `
}

const boxTable = (boxes: readonly BatchBox[], { numbers, names }: Known): TemplateResult => html`
  <table class="stack">
    <caption>Boxes</caption>
    <thead>
      <tr>
        <th scope="col">Class</th>
        <th scope="col">Open Images class</th>
        <th scope="col">Flags</th>
      </tr>
    </thead>
    <tbody>
      ${boxes.map(
        (box) => html`<tr>
          <th scope="row">${numbers.get(box.className) ?? nothing} ${box.className}</th>
          <td data-label="Open Images class">${names.find(box.classId) ?? nothing} <code>${box.classId}</code></td>
          <td data-label="Flags">
            ${
              FLAGS.filter((flag) => box[flag] === 1)
                .map((flag) => FLAG_TEXTS[flag])
                .join(', ') || '–'
            }
          </td>
        </tr>`,
      )}
    </tbody>
  </table>
`
