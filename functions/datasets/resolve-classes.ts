import * as z from 'zod'
import { ResolveClassesRequest, ResolvedClassesView } from '../../shared/contracts/class-summary.ts'
import { DatasetName } from '../../shared/contracts/dataset.ts'
import { readyDataset } from '../../shared/datasets/classes/class-files.ts'
import { resolveClasses } from '../../shared/open-images/resolve-classes.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/datasets/{dataset}/classes/resolve',
    operationId: 'resolveClasses',
    summary: 'Resolve class names or ids to class ids, with subclasses and counts',
    scope: 'read',
    refuses: ['not-found', 'wrong-state', 'unknown-class', 'class-not-boxable', 'bad-source'],
    permissions: ['listDatasets', 'readDataset', 'readClasses'],
    params: z.object({ dataset: DatasetName }),
    body: ResolveClassesRequest,
    answers: { 200: ResolvedClassesView },
  },
  async ({ params: { dataset }, body: { classNames, includeParts } }, ports) => {
    const { classes } = await readyDataset(dataset, ports)
    return ok({ dataset, ...resolveClasses(classNames, classes.list, classes.counts, { includeParts }) })
  },
)

export const handler = lambda(endpoint, awsPorts)
