import { html, nothing, type TemplateResult } from 'lit-html'
import type { BatchPreview } from '../../../shared/contracts/batch-preview.ts'
import { type DryRun, getPreview } from '../frame/dry-run-state.ts'
import { notice, skeleton } from '../frame/elements.ts'
import { formatBytes, formatCount, formatNoun } from '../frame/format.ts'
import type { BatchForm } from './form.ts'

/** What the batch would hold, and what making it would take. */
export function previewView(run: DryRun<BatchPreview>, form: BatchForm): TemplateResult {
  const preview = getPreview(run)
  return html`
    <section class="preview-card" aria-labelledby="preview-head" aria-busy=${run.state === 'checking' ? 'true' : 'false'}>
      <h2 id="preview-head">Preview</h2>
      <div role="status" class="hidden-text">${run.state === 'fine' ? summaryText(run.preview) : nothing}</div>
      ${
        preview
          ? contentView(preview)
          : run.state === 'checking'
            ? skeleton(5)
            : html`<p class="quiet-text">${run.state === 'refused' ? REFUSED : missingText(form)}</p>`
      }
    </section>
  `
}

const REFUSED = 'The batch cannot be made like this: see the messages in the form.'

function missingText({ dataset, classNames }: BatchForm): string {
  if (dataset === '') return 'Choose a dataset to begin.'
  return classNames.length === 0
    ? 'Choose a class to see how many images it has.'
    : 'Name the batch to see its preview.'
}

const summaryText = ({ imageCount, warnings }: BatchPreview): string =>
  `Preview: ${imageCount === undefined ? 'the number of images is known when they are chosen' : formatNoun(imageCount, 'image')}, ${formatNoun(warnings.length, 'warning')}.`

const contentView = ({ imageCount, classes, warnings, cost, background, run }: BatchPreview): TemplateResult => html`
  <p class="big-number">
    ${imageCount === undefined ? html`<strong>?</strong> images` : html`<strong>${formatCount(imageCount)}</strong> images`}
  </p>
  ${imageCount === undefined ? html`<p class="quiet-text">How many is known once they are chosen.</p>` : nothing}
  <table>
    <caption class="hidden-text">Classes of the preview</caption>
    <thead>
      <tr>
        <th scope="col">Class</th>
        <th scope="col" class="number">Chosen</th>
        <th scope="col" class="number">In the dataset</th>
      </tr>
    </thead>
    <tbody>
      ${classes.map(
        ({ className, requested, selected, available, shortBy = 0 }) => html`<tr class=${shortBy > 0 ? 'short' : ''}>
          <th scope="row">${className}</th>
          <td class="number">${selected === undefined ? '?' : formatCount(selected)} of ${formatCount(requested)}</td>
          <td class="number">${formatCount(available)}</td>
        </tr>`,
      )}
    </tbody>
  </table>
  ${overlapView(classes, imageCount)}
  ${warnings.map(({ message }) => notice('warn', message))}
  <p class="quiet-text">
    Choosing takes ${formatNoun(cost.requests, 'request')} and reads ${formatBytes(cost.bytes)}
    (${cost.strategy === 'index' ? 'by the index' : 'by a scan of the box file'}).
    ${
      run.copy
        ? `Copying takes at most ${formatNoun(run.copy.s3Requests, 'request')} to S3 and ${formatNoun(run.copy.sqsRequests, 'request')} to SQS.`
        : nothing
    }
    ${background ? 'It goes on in the background; the page of the batch shows how far it is.' : nothing}
  </p>
`

/** Says why there are fewer images than the classes have together. */
function overlapView(
  classes: BatchPreview['classes'],
  imageCount: number | undefined,
): TemplateResult | typeof nothing {
  const places = classes.reduce((sum, { selected = 0 }) => sum + selected, 0)
  if (imageCount === undefined || places <= imageCount) return nothing
  return html`<p>
    Some images have more than one of these classes, and are counted for each: ${formatCount(places)} places,
    ${formatNoun(imageCount, 'image')}.
  </p>`
}
