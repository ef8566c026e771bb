import { randomUUID } from 'node:crypto'
import type { Context } from 'aws-lambda'

/** Region and account of all local resources. */
export const REGION = 'us-east-1'
export const ACCOUNT = '123456789012'

/** Creates the context of an invocation that times out `milliseconds` from now. */
export function lambdaContext(functionName: string, milliseconds: number): Context {
  const deadline = Date.now() + milliseconds
  return {
    awsRequestId: randomUUID(),
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionName}`,
    memoryLimitInMB: '1024',
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]local`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  }
}
