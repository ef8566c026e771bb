import { html, nothing, type TemplateResult } from 'lit-html'
import type { Actions } from '../page/actions.ts'
import type { Job } from '../work/ask.ts'
import type { Item } from '../work/block.ts'
import type { TaskImage } from '../work/images.ts'
import { renderStill } from './surface/boxes.ts'

/** Renders the readings of an image side by side, for a reviewer to choose one. */
export function renderReadings(job: Job, { task }: Item, image: TaskImage, actions: Actions): TemplateResult {
  const readings = task.readings ?? []
  return html`<section class="readings" aria-label="Readings on which workers differ">
    <h2>Which one is right?</h2>
    <p>Choose one with its number. You can change it before you save it.</p>
    <ul class="plain">
      ${readings.map(
        ({ boxes = [] }, index) => html`<li>
          <button type="button" class="reading" @click=${() => actions.chooseReading(index)}>
            <span class="picture" .style=${`aspect-ratio: ${task.width} / ${task.height}`}>
              ${image.state === 'ready' ? html`<img class="stored" crossorigin="anonymous" alt="" src=${image.element.src} />` : nothing}
              ${renderStill(boxes, job.labels, task)}
            </span>
            <span><kbd>${index + 1}</kbd> ${boxes.length === 0 ? 'Nothing here' : boxes.length === 1 ? '1 box' : `${boxes.length} boxes`}</span>
          </button>
        </li>`,
      )}
    </ul>
  </section>`
}
