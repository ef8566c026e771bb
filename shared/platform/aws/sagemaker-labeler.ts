import {
  CreateLabelingJobCommand,
  DescribeLabelingJobCommand,
  ListLabelingJobsCommand,
  type SageMakerClient,
  StopLabelingJobCommand,
} from '@aws-sdk/client-sagemaker'
import type { Labeler } from '../../contracts/labeler.ts'
import { badCursor } from '../../contracts/page.ts'
import { askSageMaker } from './call-sagemaker.ts'
import { createInput, describedJob, listInput, summarisedJob } from './sagemaker-jobs.ts'

/** Labeling jobs of Amazon SageMaker Ground Truth. */
export function sagemakerLabeler(client: SageMakerClient): Labeler {
  return {
    create: async (request) => {
      const send = async () => {
        const { LabelingJobArn = '' } = await client.send(new CreateLabelingJobCommand(createInput(request)))
        return { arn: LabelingJobArn }
      }
      return await askSageMaker<{ arn: string }, 'name-taken' | { refused: string }>(
        `Creating the labeling job "${request.job}"`,
        send,
        {
          ResourceInUse: () => 'name-taken',
          ValidationException: (refused) => ({ refused }),
          // Such as a role that may not be passed: nothing was created, and the message says what is missing.
          AccessDeniedException: (refused) => ({ refused }),
        },
      )
    },
    describe: async (job) => {
      const send = () => client.send(new DescribeLabelingJobCommand({ LabelingJobName: job }))
      const found = await askSageMaker(`Looking at the labeling job "${job}"`, send, {
        ResourceNotFound: () => undefined,
      })
      return found && describedJob(found)
    },
    list: async (filter) => {
      const send = () => client.send(new ListLabelingJobsCommand(listInput(filter)))
      const refuse = (message: string): never => {
        // What else there is in this request has been checked: only the token can be wrong.
        throw filter.after === undefined ? new Error(message) : badCursor()
      }
      const page = await askSageMaker('Listing the labeling jobs', send, { ValidationException: refuse })
      const jobs = (page.LabelingJobSummaryList ?? []).map(summarisedJob)
      return { jobs, ...(page.NextToken !== undefined && { next: page.NextToken }) }
    },
    stop: async (job) => {
      const send = async () => {
        await client.send(new StopLabelingJobCommand({ LabelingJobName: job }))
        return 'stopping' as const
      }
      return await askSageMaker<'stopping', 'missing' | 'over'>(`Stopping the labeling job "${job}"`, send, {
        ResourceNotFound: () => 'missing',
        // How the service refuses a job that has ended is not documented; nothing else is wrong with a name.
        ValidationException: () => 'over',
      })
    },
  }
}
