import { html } from 'lit-html'
import { pageHead } from './frame/elements.ts'
import type { OpenPage } from './frame/page.ts'
import { linkTo } from './frame/routes.ts'

interface Later {
  readonly title: string
  readonly about: string
  readonly instead: string
}

const LATER: Readonly<Record<'label-sets' | 'quality' | 'exports', Later>> = {
  'label-sets': {
    title: 'Label sets',
    about: 'Labels of several jobs and files as one set, in which every box is accounted for.',
    instead: 'The results of each job, and its output manifest, which lists every image with its boxes.',
  },
  quality: {
    title: 'Quality',
    about: 'How labels compare with those of Open Images, and how people compare with each other.',
    instead: 'The scores on the page of workers of each job, and its disputes.',
  },
  exports: {
    title: 'Exports',
    about: 'Labels in the formats that training programs read.',
    instead: 'The output manifest of each job: JSON Lines in the format of SageMaker Ground Truth.',
  },
}

/** The page of a subject that this version does not have. */
export const openLater =
  (page: keyof typeof LATER): OpenPage =>
  () => {
    const { title, about, instead } = LATER[page]
    return {
      title,
      calls: () => [],
      view: () => html`
        ${pageHead(title, { lead: about })}
        <div class="notice">
          <p><strong>This is not part of this version.</strong></p>
          <p>What to use now: ${instead} You find them at your <a href=${linkTo('jobs')}>labeling jobs</a>.</p>
        </div>
      `,
    }
  }

/** The page for an address that no page has. */
export const openUnknown: OpenPage = () => ({
  title: 'There is no such page',
  calls: () => [],
  view: () => html`
    ${pageHead('There is no such page')}
    <p>The address may be misspelled. <a href=${linkTo('datasets')}>Begin with the datasets</a>.</p>
  `,
})
