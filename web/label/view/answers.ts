import { html, nothing, type TemplateResult } from 'lit-html'
import type { Actions } from '../page/actions.ts'
import { currentItem, type PageState } from '../page/state.ts'
import { isVerdict, toAsk } from '../work/ask.ts'
import type { Block, Item } from '../work/block.ts'

/** Renders the bar at the bottom: the images of the block, and the answers. */
export function renderAnswers(state: PageState, block: Block, actions: Actions): TemplateResult {
  const item = currentItem(state)
  const { job } = state
  if (!item || !job) return html``
  const ask = toAsk(job, item)
  return html`<footer class="answers">
    ${renderImages(block, state.index, actions)}
    <div class="buttons">
      ${
        item.truth
          ? html`<button type="button" class="main" @click=${actions.goOn}>Go on <kbd>↵</kbd></button>`
          : html`${renderOthers(actions)}
            ${isVerdict(ask, job) ? renderVerdicts(ask, actions) : renderDrawn(item, state, actions)}`
      }
    </div>
  </footer>`
}

/** One button an image: where the worker is, and which ones are answered. */
const renderImages = (
  { items }: Block,
  index: number,
  actions: Actions,
): TemplateResult => html`<nav class="images" aria-label="Images">
  ${items.map((item, at) => {
    const said = item.isAnswered ? `answered${item.given ? `: ${item.given.answer}` : ''}` : 'open'
    return html`<button type="button" class="dot ${item.isAnswered ? 'answered' : ''}" aria-label="Image ${at + 1} of ${items.length}, ${said}"
      aria-current=${at === index ? 'true' : nothing} @click=${() => actions.showTask(at)}>${at + 1}${item.isAnswered ? html`<span aria-hidden="true">✓</span>` : nothing}</button>`
  })}
</nav>`

const renderOthers = (actions: Actions): TemplateResult => html`
  <button type="button" @click=${() => actions.answer('declined')} title="Pass on: somebody else gets the image">Pass on <kbd>P</kbd></button>
  <button type="button" @click=${() => actions.answer('bad-image')} title="Bad image: it is broken, or shows nothing that can be labeled">
    Bad image <kbd>X</kbd>
  </button>
  <button type="button" @click=${() => actions.answer('cannot-tell')} title="Cannot tell: nobody could say what is right here">
    Cannot tell <kbd>U</kbd>
  </button>`

const renderDrawn = (item: Item, { drawing }: PageState, actions: Actions): TemplateResult => html`
  <button type="button" @click=${() => actions.answer('empty')}>Nothing here <kbd>N</kbd></button>
  <button type="button" class="main" @click=${() => actions.answer('boxes')}>
    ${item.isAnswered ? 'Save' : 'Done'}${drawing?.boxes.length ? `: ${drawing.boxes.length === 1 ? '1 box' : `${drawing.boxes.length} boxes`}` : ''} <kbd>↵</kbd>
  </button>`

const renderVerdicts = (ask: string, actions: Actions): TemplateResult => html`
  <button type="button" @click=${() => actions.answer('incorrect')}>
    ${ask === 'check' ? 'Something is missing' : 'Incorrect'} <kbd>N</kbd>
  </button>
  <button type="button" class="main" @click=${() => actions.answer('correct')}>
    ${ask === 'check' ? 'Every object has a box' : 'Correct'} <kbd>Y</kbd>
  </button>`
