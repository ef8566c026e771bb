import { html, nothing, type TemplateResult } from 'lit-html'
import { inReadingOrder } from '../drawing/describe-box.ts'
import { type Drawing, selectedBox } from '../drawing/drawing.ts'
import type { Actions } from '../page/actions.ts'
import type { PageState } from '../page/state.ts'
import { colorClass } from './surface/boxes.ts'

/** Renders the panel beside the image: classes, boxes and a remark. */
export function renderSide(state: PageState, drawing: Drawing, actions: Actions): TemplateResult {
  return html`<aside class="side" aria-label="Classes and boxes">
    ${drawing.isReadOnly ? nothing : renderClasses(drawing, actions)} ${renderBoxList(drawing, actions)}
    <div class="remark">
      <label for="remark">Remark for the owner (optional)</label>
      <textarea id="remark" rows="2" maxlength="1000" .value=${state.comment}
        @input=${(event: InputEvent) => actions.setComment((event.target as HTMLTextAreaElement).value)}></textarea>
    </div>
  </aside>`
}

const SHOWN_CLASSES = 10

/** With more classes than digits, the chosen one is shown too, and all can be searched. */
function renderClasses(drawing: Drawing, actions: Actions): TemplateResult {
  const { classNames, className } = drawing
  const first = classNames.slice(0, SHOWN_CLASSES)
  const box = drawing.isChosen ? selectedBox(drawing) : undefined
  const chosen = box?.className ?? className
  const shown = first.includes(chosen) ? first : [...first, chosen]
  const title = box ? 'Class of the selected box' : 'Class of the next box'
  return html`<section aria-label=${title}>
    <h2>${title}</h2>
    <div class="classes" role="radiogroup" aria-label=${title}>
      ${shown.map((name) => {
        const index = classNames.indexOf(name)
        const key = index < SHOWN_CLASSES ? String((index + 1) % 10) : String(index + 1)
        return html`<button type="button" role="radio" class="class ${colorClass(classNames, name)}"
          aria-checked=${name === chosen} @click=${() => actions.chooseClass(name)}>
          <kbd>${key}</kbd><span>${name}</span>
        </button>`
      })}
    </div>
    ${
      classNames.length > SHOWN_CLASSES
        ? html`<button type="button" class="quiet" @click=${() => actions.openDialog('find-class')}>
            All ${classNames.length} classes <kbd>/</kbd>
          </button>`
        : nothing
    }
  </section>`
}

function renderBoxList(drawing: Drawing, actions: Actions): TemplateResult {
  const { boxes, classNames, selected, isReadOnly } = drawing
  const order = inReadingOrder(boxes)
  return html`<section aria-label="Boxes">
    <h2>${boxes.length === 1 ? '1 box' : `${boxes.length} boxes`}</h2>
    <ol class="boxes">
      ${order.map(
        ({ id, className, width, height, isLocked }) => html`<li class=${id === selected ? 'selected' : ''}>
          <button type="button" class="quiet pick ${colorClass(classNames, className)}"
            @click=${() => actions.command({ do: 'select', id })}>
            <span class="swatch" aria-hidden="true">${classNames.indexOf(className) + 1}</span>
            <span>${className}</span>
            <span class="muted">${Math.round(width)} × ${Math.round(height)}${isLocked ? ' locked' : ''}</span>
          </button>
          ${
            isReadOnly
              ? nothing
              : html`<button type="button" class="quiet" aria-label="Remove ${className}, ${Math.round(width)} by ${Math.round(height)}"
                  @click=${() => {
                    actions.command({ do: 'select', id })
                    actions.command({ do: 'remove' })
                  }}>✕</button>`
          }
        </li>`,
      )}
    </ol>
  </section>`
}
