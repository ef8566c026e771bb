import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import { facts } from '../frame/elements.ts'
import { formatDecimal, formatDuration, formatShare } from '../frame/format.ts'
import type { PageContext } from '../frame/page.ts'
import { pictureView } from '../pictures/picture-view.ts'
import { showPictures } from '../pictures/viewer.ts'
import {
  type Annotation,
  type AnnotationBox,
  describeDispute,
  describeOrigin,
  describeOutcome,
  isDisputed,
  toResultPicture,
} from './annotation.ts'

interface Grid {
  /** The results at that moment: more may be loaded while one is looked at. */
  items(): readonly Annotation[]
  /** An image could not be loaded: its link has expired. */
  onBroken(): void
  readonly numbers: ReadonlyMap<string, number>
  readonly context: PageContext
}

/** Results in a grid: each image with the boxes that were drawn. */
export function resultGrid(grid: Grid): TemplateResult {
  return html`<ul class="gallery">
    ${repeat(
      grid.items(),
      ({ line }) => line,
      (item, index) => itemView(item, index, grid),
    )}
  </ul>`
}

function itemView(item: Annotation, index: number, { items, onBroken, numbers, context }: Grid): TemplateResult {
  const toPicture = (one: Annotation) => toResultPicture(one, numbers)
  const open = (): void =>
    showPictures(
      context,
      {
        count: () => items().length,
        picture: (place) => {
          const found = items()[place]
          return found && toPicture(found)
        },
        details: (place) => {
          const found = items()[place]
          return found ? detailsView(found, numbers) : html``
        },
        onBroken,
      },
      index,
    )
  return html`<li>
    <button class="thumb" @click=${open}>
      <span class="hidden-text">Open line ${item.line}:</span>
      ${pictureView(toPicture(item), { onBroken })}
    </button>
    <p class="caption">
      <span class="author">${describeOutcome(item)}</span>
      ${isDisputed(item) ? html`<span class="flag bad">disputed</span>` : nothing}
      ${item.reviewer ? html`<span class="flag">decided by a reviewer</span>` : nothing}
    </p>
  </li>`
}

const detailsView = (item: Annotation, numbers: ReadonlyMap<string, number>): TemplateResult => html`
  ${facts([
    ['Line', String(item.line)],
    ['Result', describeOutcome(item)],
    ['Origin', describeOrigin(item)],
    ['Image', item.sourceRef && html`<code>${item.sourceRef}</code>`],
  ])}
  ${(item.disputes ?? []).map((dispute) => html`<p class="notice warn">${describeDispute(dispute)}</p>`)}
  ${item.check?.answer === 'incorrect' ? html`<p class="notice warn">Somebody says that an object has no box.</p>` : nothing}
  ${item.boxes?.length ? boxTable(item, numbers) : nothing} ${item.opinions?.length ? opinionTable(item) : nothing}
`

/** Of a single opinion, how many drew a box and how sure that is says nothing: its confidence is always 0.09, as in SageMaker. */
function boxTable({ boxes = [], opinions = [] }: Annotation, numbers: ReadonlyMap<string, number>): TemplateResult {
  const isMerged = opinions.length > 1
  return html`
    <table class="stack">
      <caption>Boxes</caption>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col" class="number">Size in pixels</th>
          ${
            isMerged
              ? html`<th scope="col" class="number">Drawn by</th>
                <th scope="col" class="number">Confidence</th>
                <th scope="col">Votes for a class</th>`
              : nothing
          }
        </tr>
      </thead>
      <tbody>
        ${boxes.map(
          (box) => html`<tr>
            <th scope="row">${numbers.get(box.className ?? '') ?? nothing} ${box.className ?? 'unknown'}</th>
            <td class="number" data-label="Size in pixels">${Math.round(box.width)} × ${Math.round(box.height)}</td>
            ${isMerged ? mergeCells(box) : nothing}
          </tr>`,
        )}
      </tbody>
    </table>
  `
}

const mergeCells = ({ workers, confidence, classVotes }: AnnotationBox): TemplateResult => html`
  <td class="number" data-label="Drawn by">${workers ? workers.length : '–'}</td>
  <td class="number" data-label="Confidence">${confidence === undefined ? '–' : formatShare(confidence)}</td>
  <td data-label="Votes for a class">
    ${
      classVotes
        ? Object.entries(classVotes)
            .map(([name, share]) => `${name} ${formatShare(share)}`)
            .join(', ')
        : '–'
    }
  </td>
`

const opinionTable = ({ opinions = [] }: Annotation): TemplateResult => html`
  <table class="stack">
    <caption>Opinions</caption>
    <thead>
      <tr>
        <th scope="col">Worker</th>
        <th scope="col" class="number">Time</th>
        <th scope="col" class="number">Weight</th>
        <th scope="col">Verdict</th>
      </tr>
    </thead>
    <tbody>
      ${opinions.map(
        ({ workerId, seconds, skill, verdict }) => html`<tr>
          <th scope="row"><code>${workerId}</code></th>
          <td class="number" data-label="Time">${formatDuration(seconds)}</td>
          <td class="number" data-label="Weight">${skill === undefined ? '–' : formatDecimal(skill)}</td>
          <td data-label="Verdict">${verdict ?? '–'}</td>
        </tr>`,
      )}
    </tbody>
  </table>
`
