import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { connect } from '../../shared/connection';
import type { Operation } from '../operation';
import { failedItem, toNodeError } from '../../shared/problems';
import { simplify } from '../shared/options';
import { noSuchService, readServiceId, serviceField } from '../shared/serviceField';
import { serviceJson } from './output';

export const get: Operation = {
	name: 'Get',
	action: 'Get a service',
	description: 'Get price, limits and type of one service',
	fields: [serviceField, simplify],
	execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { catalogue } = await connect(context);
	const all = await catalogue();
	return context.getInputData().map((_, item) => {
		const service = readServiceId(context, item);
		const index = typeof service === 'string' ? all.byId.get(service) : undefined;
		if (index !== undefined) {
			const simplified = context.getNodeParameter('simplify', item, true) as boolean;
			return { json: serviceJson(all, index, simplified), pairedItem: { item } };
		}
		const problem = typeof service === 'string' ? noSuchService(service) : service;
		if (context.continueOnFail()) {
			return failedItem(context, problem, item, typeof service === 'string' ? { service } : {});
		}
		throw toNodeError(context.getNode(), problem, { itemIndex: item });
	});
}
