import { html, nothing, type TemplateResult } from 'lit-html'
import { describeGesture } from '../drawing/describe-gesture.ts'
import type { Actions } from '../page/actions.ts'
import { currentItem, type Notice, type PageState } from '../page/state.ts'
import { isVerdict, type Job, toAsk } from '../work/ask.ts'
import type { Item } from '../work/block.ts'
import type { TaskImage } from '../work/images.ts'
import { renderAnswers } from './answers.ts'
import { explainHint, explainPlace, explainScore } from './explain.ts'
import { countAnswers } from './frame.ts'
import { renderReadings } from './readings.ts'
import { renderSide } from './side.ts'
import { renderTools } from './tools.ts'

/** Renders a task: tools, surface, panel and answers. @param surface the element of the surface, which draws itself */
export function renderWork(state: PageState, image: TaskImage, surface: HTMLElement, actions: Actions): TemplateResult {
  const { block, drawing, job, reading } = state
  const item = currentItem(state)
  if (!block || !drawing || !job || !item) return html`<main class="card"><p role="status">Loading images …</p></main>`
  const isChoosing = item.task.readings && reading === undefined && !isVerdict(toAsk(job, item), job)
  return html`<main class="work">
    <h2 class="hidden-text">Image ${state.index + 1} of ${block.items.length}</h2>
    ${renderTools(state, drawing, actions)}
    <div class="middle">
      ${surface} ${isChoosing ? renderReadings(job, item, image, actions) : nothing}
      <div class="messages">${renderMessages(state, job, item, image, actions)}</div>
      <p class="hint" role="status">${item.truth ? nothing : (describeGesture(drawing) ?? explainPlace(block, state.index) ?? nothing)}</p>
    </div>
    ${renderSide(state, drawing, actions)} ${renderAnswers(state, block, actions)}
    <p class="hidden-text" role="status">${drawing.announcement}</p>
  </main>`
}

/** What the worker has to know, above the image. They cover a part of it instead of moving it. */
function renderMessages(state: PageState, job: Job, item: Item, image: TaskImage, actions: Actions): TemplateResult {
  const { block, notice, isHandingBack, outbox, problem } = state
  const { task, truth, given } = item
  const isWaitingForTruth = block?.isPractice && given && !truth
  const hints = state.index === 0 ? (block?.hints ?? []) : []
  return html`
    ${block?.isPractice && !truth ? html`<p class="notice">Practice: this answer does not count. You see what is right afterwards.</p>` : nothing}
    ${truth ? html`<p class="notice ${(truth.score ?? 1) < 0.7 ? 'warn' : 'good'}" role="status">${explainScore(truth.score, truth.boxes.length)}</p>` : nothing}
    ${isWaitingForTruth ? html`<p class="notice" role="status">Comparing …</p>` : nothing}
    ${task.check ? html`<p class="notice">Does every ${job.labels.join(', ')} have a box?</p>` : nothing}
    ${task.missing ? html`<p class="notice warn">A worker says that an object has no box${task.comment ? html`: “${task.comment}”` : ''}.</p>` : nothing}
    ${hints.map((hint) => html`<p class="notice">${explainHint(hint)}</p>`)}
    ${renderImageProblem(image, actions)}
    ${
      notice
        ? html`<p class="notice ${notice.kind}" role="alert">${notice.text} ${renderOffer(notice, actions)}
            <button type="button" class="quiet" aria-label="Dismiss" @click=${actions.dismiss}>✕</button></p>`
        : nothing
    }
    ${problem === undefined ? nothing : html`<p class="notice bad" role="alert">${problem} The page tries again by itself.</p>`}
    ${
      isHandingBack
        ? html`<p class="notice" role="status">${
            outbox.waiting > 0
              ? `Saving ${countAnswers(outbox.waiting)} before the next images …`
              : 'Getting the next images …'
          }</p>`
        : nothing
    }`
}

const renderOffer = ({ offer }: Notice, actions: Actions): TemplateResult | typeof nothing =>
  offer
    ? html`<button type="button" @click=${() => {
        actions.dismiss()
        actions.command(offer.command)
      }}>${offer.text}</button>`
    : nothing

function renderImageProblem(image: TaskImage, actions: Actions): TemplateResult | typeof nothing {
  if (image.state === 'loading') return html`<p class="notice" role="status">Loading the image …</p>`
  if (image.state === 'failed')
    return html`<p class="notice bad" role="alert">The image cannot be loaded.
      <button type="button" @click=${actions.retryImage}>Try again</button></p>`
  if (image.state === 'wrong-size')
    return html`<p class="notice bad" role="alert">This browser shows the image as ${image.shown}, but it is stored as ${image.told}.
      Boxes would be in the wrong place, so none can be drawn. Use a current browser, or pass the image on.</p>`
  return nothing
}
