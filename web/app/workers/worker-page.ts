import { html, nothing } from 'lit-html'
import type { WorkerView, WorkerWithLink } from '../../../shared/contracts/worker.ts'
import { type Action, makeActions } from '../frame/actions.ts'
import { get, toPath } from '../frame/calls.ts'
import { badge, facts, pageHead, problemNotice, skeleton, timeView, whenReady } from '../frame/elements.ts'
import { formatCount } from '../frame/format.ts'
import type { OpenPage } from '../frame/page.ts'
import { linkTo } from '../frame/routes.ts'
import { showLink } from './link-dialog.ts'

const PARENT = { page: 'workers', text: 'Workers' } as const

/** The page of a worker: what the link opens, a new link, and removal. */
export const openWorker =
  (name: string): OpenPage =>
  (context) => {
    const path = toPath('workers', name)
    const worker = context.watch<WorkerView>(path)
    const actions = makeActions(context, () => worker.refresh())
    const rotate: Action<WorkerWithLink> = {
      question: rotateQuestion(name),
      call: { method: 'POST', path: `${path}/rotate-link` },
      said: 'The link was made.',
      onAccepted: (body) => showLink(context, body, () => worker.refresh()),
    }
    const remove: Action = {
      question: removeQuestion(name),
      call: { method: 'DELETE', path },
      said: 'The worker was removed.',
      next: linkTo('workers'),
    }
    return {
      title: name,
      calls: () => [get(path), rotate.call, remove.call],
      view: () => {
        const problem = actions.problem()
        return html`
          ${pageHead(name, {
            parent: PARENT,
            actions: html`<button @click=${() => void actions.perform(rotate)}>Make a new link …</button>
              <button class="danger" @click=${() => void actions.perform(remove)}>Remove …</button>`,
          })}
          ${problem ? problemNotice(problem) : nothing} ${whenReady(worker, skeleton(6), factsView)}
        `
      },
    }
  }

const rotateQuestion = (name: string) => ({
  title: `Make a new link for ${name}?`,
  yes: 'Make a new link',
  isDangerous: true,
  text: html`<p>
    The present link opens nothing from now on, and its sessions end within a minute. Answers, seats and pseudonym stay. The new
    link is shown once.
  </p>`,
})

const removeQuestion = (name: string) => ({
  title: `Remove ${name}?`,
  yes: 'Remove the worker',
  isDangerous: true,
  text: html`<p>
    The link opens nothing from now on, and its sessions end within a minute. All answers stay, under the pseudonym of the worker.
  </p>`,
})

const factsView = (worker: WorkerView) =>
  facts([
    ['State', worker.state === 'active' ? badge('good', 'Active') : badge('rest', 'Expired')],
    ['Role', worker.role === 'review' ? 'Reviews: also decides where others differ' : 'Labels'],
    [
      'Jobs',
      worker.jobs
        ? html`${worker.jobs.map((job) => html`<a class="item" href=${linkTo('job', job)}>${job}</a>`)}`
        : 'All jobs',
    ],
    ['Seats taken', `${formatCount(worker.seatsTaken)} of ${formatCount(worker.seats)}`],
    [
      'Pseudonyms',
      worker.workerIds.length === 0
        ? undefined
        : html`${worker.workerIds.map((id) => html`<code class="item">${id}</code>`)}`,
    ],
    ['Link opened', worker.lastSeenAt ? timeView(worker.lastSeenAt) : 'Never'],
    ['Link made', timeView(worker.linkCreatedAt)],
    ['Expires', worker.expiresAt ? timeView(worker.expiresAt) : 'Never'],
    ['Created', timeView(worker.createdAt)],
  ])
