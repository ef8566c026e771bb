import { html, type TemplateResult } from 'lit-html'
import type { Actions } from '../page/actions.ts'
import type { PageState } from '../page/state.ts'

/** The keys of the page, by what they are for, as they are shown. */
export const HELP: readonly (readonly [string, readonly (readonly [keys: string, what: string])[]])[] = [
  [
    'Draw',
    [
      ['Drag, or two clicks', 'From corner to corner'],
      ['E', 'Four clicks on the outermost points of the object instead of two corners, in any order'],
      ['W A S D', 'Set the top, left, bottom or right side at the pointer; the fourth makes the box'],
      ['B', 'A new box in the middle, to be moved by keys'],
      ['Ctrl Z, Ctrl Y', 'Undo, redo'],
      ['Esc', 'Give up what was begun; select nothing'],
    ],
  ],
  [
    'Change a box',
    [
      ['Click on a side or number, or twice inside', 'Select it'],
      ['Drag a side or the number', 'Change or move the selected box; or click on it, and where it belongs'],
      ['Tab, Shift Tab', 'Select the next or the previous box'],
      ['G', 'Select what lies beneath, at the pointer'],
      ['← ↑ → ↓', 'Move it by a pixel; with Shift by ten'],
      ['Alt and an arrow', 'Move the side that the arrow points to'],
      ['Ctrl and an arrow', 'Move the opposite side'],
      ['Alt and drag', 'Move the selected box'],
      ['C, V', 'Copy it; paste it at the pointer, on this image or a later one'],
      ['L, H', 'Lock it; hide all boxes'],
      ['Del, Shift Del', 'Remove it; remove all'],
    ],
  ],
  [
    'Class',
    [
      ['1 to 9, 0', 'Class of the next box, and of the box that you have selected'],
      ['Shift and a digit', 'Class of the box that you have just drawn'],
      ['/', 'Find a class by its name'],
    ],
  ],
  [
    'Look',
    [
      ['Wheel, + and −', 'Zoom'],
      ['Space and drag, arrows', 'Move the image; “Hand” does it without the space bar'],
      ['F, O', 'Fit it; one pixel for one'],
      ['[ ] { } \\', 'Darker, brighter; less, more contrast; as it is'],
      ['T', 'Crosshair'],
    ],
  ],
  [
    'Answer',
    [
      ['Enter', 'Done: save the boxes, and go on'],
      ['N', 'Nothing here; where a verdict is asked for, incorrect'],
      ['Y', 'Correct'],
      ['U', 'Cannot tell: nobody could say what is right here'],
      ['X', 'Bad image: it is broken, or shows nothing that can be labeled'],
      ['P', 'Pass on: somebody else gets the image'],
      ['Page Up, Page Down', 'The image before or after'],
      ['I, ?', 'Instructions; this help'],
    ],
  ],
]

export const renderHelp = ({ settings }: PageState, actions: Actions): TemplateResult => html`
  <h2 id="dialog-title">Keys and gestures</h2>
  <p class="for-fingers">
    One finger draws: drag, or tap on two corners. Two fingers zoom and move the image. Tap on the number of a box to select
    it, and drag the number to move it.
  </p>
  <div class="keys">
    ${HELP.map(
      ([title, rows]) => html`<section>
        <h3>${title}</h3>
        <dl>${rows.map(([keys, what]) => html`<div><dt><kbd>${keys}</kbd></dt><dd>${what}</dd></div>`)}</dl>
      </section>`,
    )}
  </div>
  <p>
    <label><input type="checkbox" .checked=${settings.areLettersOn}
        @change=${() => actions.set({ areLettersOn: !settings.areLettersOn })} />
      Letters are keys. Switch this off if you dictate or your letters trigger things by accident; buttons remain.</label>
  </p>`
