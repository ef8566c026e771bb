import {
  CreateLabelingJobCommand,
  DescribeLabelingJobCommand,
  ListLabelingJobsCommand,
  type SageMakerClient,
  StopLabelingJobCommand,
} from '@aws-sdk/client-sagemaker'
import type { Labeler } from '../../contracts/labeler.ts'
import { invalidCursor } from '../../contracts/page.ts'
import { callSageMaker } from './call-sagemaker.ts'
import { parseDescribedJob, parseJobSummary, toCreateInput, toListInput } from './sagemaker-jobs.ts'

/** Returns the labeling jobs of Amazon SageMaker Ground Truth. */
export function sagemakerLabeler(client: SageMakerClient): Labeler {
  return {
    create: async (request) => {
      const send = async () => {
        const { LabelingJobArn = '' } = await client.send(new CreateLabelingJobCommand(toCreateInput(request)))
        return { arn: LabelingJobArn }
      }
      return await callSageMaker<{ arn: string }, 'name-taken' | { refused: string }>(
        `Creating the labeling job "${request.job}"`,
        send,
        {
          ResourceInUse: () => 'name-taken',
          ValidationException: (refused) => ({ refused }),
          // For example a role that may not be passed. Nothing was created, and the message names the permission.
          AccessDeniedException: (refused) => ({ refused }),
        },
      )
    },
    describe: async (job) => {
      const send = () => client.send(new DescribeLabelingJobCommand({ LabelingJobName: job }))
      const found = await callSageMaker(`Describing the labeling job "${job}"`, send, {
        ResourceNotFound: () => undefined,
      })
      return found && parseDescribedJob(found)
    },
    list: async (filter) => {
      const send = () => client.send(new ListLabelingJobsCommand(toListInput(filter)))
      const refuse = (message: string): never => {
        // All other parameters have been checked, so only the token can be invalid.
        throw filter.after === undefined ? new Error(message) : invalidCursor()
      }
      const page = await callSageMaker('Listing the labeling jobs', send, { ValidationException: refuse })
      const jobs = (page.LabelingJobSummaryList ?? []).map(parseJobSummary)
      return { jobs, ...(page.NextToken !== undefined && { next: page.NextToken }) }
    },
    stop: async (job) => {
      const send = async () => {
        await client.send(new StopLabelingJobCommand({ LabelingJobName: job }))
        return 'stopping' as const
      }
      return await callSageMaker<'stopping', 'missing' | 'over'>(`Stopping the labeling job "${job}"`, send, {
        ResourceNotFound: () => 'missing',
        // AWS does not document the error for a job that has ended. Nothing else can be invalid about a name.
        ValidationException: () => 'over',
      })
    },
  }
}
