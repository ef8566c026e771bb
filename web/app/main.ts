import '../kit/style.css'
import './style/frame.css'
import './style/dialogs.css'
import './style/content.css'
import './style/tables.css'
import './style/progress.css'
import './style/forms.css'
import './style/picker.css'
import './style/pictures.css'
import { openBatch } from './batches/batch-page.ts'
import { openNewBatch } from './batches/form-page.ts'
import { openBatches } from './batches/list-page.ts'
import { openDataset } from './datasets/dataset-page.ts'
import { openDatasets } from './datasets/list-page.ts'
import { type FindPage, runApp } from './frame/app.ts'
import { openJobDisputes } from './jobs/disputes-page.ts'
import { openNewJob } from './jobs/form-page.ts'
import { openJob } from './jobs/job-page.ts'
import { openJobs } from './jobs/list-page.ts'
import { openJobResults } from './jobs/results-page.ts'
import { openJobWorkers } from './jobs/workers-page.ts'
import { openLater, openUnknown } from './later-page.ts'
import { openNewWebhook } from './webhooks/form-page.ts'
import { openWebhooks } from './webhooks/list-page.ts'
import { openWebhook } from './webhooks/webhook-page.ts'
import { openNewWorker } from './workers/form-page.ts'
import { openWorkers } from './workers/list-page.ts'
import { openWorker } from './workers/worker-page.ts'

const findPage: FindPage = (route) => {
  if (!route) return openUnknown
  const { page, name, query } = route
  switch (page) {
    case 'datasets':
      return openDatasets
    case 'dataset':
      return openDataset(name)
    case 'batches':
      return openBatches
    case 'batch':
      return openBatch(name)
    case 'new-batch':
      return openNewBatch(query)
    case 'jobs':
      return openJobs
    case 'job':
      return openJob(name)
    case 'job-workers':
      return openJobWorkers(name)
    case 'job-results':
      return openJobResults(name)
    case 'job-disputes':
      return openJobDisputes(name)
    case 'new-job':
      return openNewJob(query)
    case 'workers':
      return openWorkers
    case 'worker':
      return openWorker(name)
    case 'new-worker':
      return openNewWorker(query)
    case 'webhooks':
      return openWebhooks
    case 'webhook':
      return openWebhook(name)
    case 'new-webhook':
      return openNewWebhook
    default:
      return openLater(page)
  }
}

const root = document.querySelector<HTMLElement>('#page')
if (root) runApp(root, findPage)
