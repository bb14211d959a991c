import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { connect } from '../../shared/connection';
import type { Operation } from '../operation';
import { failedItem, ofRead, toNodeError } from '../../shared/problems';
import { readSimplify, simplify } from '../shared/options';
import { valueOf } from '../shared/valueOf';
import { noSuchService, readServiceId, serviceField } from '../shared/serviceField';
import { serviceJson } from './output';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get a service',
	description: 'Get price, limits and type of one service',
	fields: [serviceField, simplify],
	execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { catalogue } = await connect(context);
	const simplified = valueOf(context, readSimplify(context));
	const all = await catalogue();
	return context.getInputData().map((_, item) => {
		const service = readServiceId(context, item);
		const index = service.ok ? all.byId.get(service.value) : undefined;
		if (index !== undefined) return { json: serviceJson(all, index, simplified), pairedItem: { item } };
		const problem = ofRead(service.ok ? noSuchService(service.value) : service.problem);
		if (context.continueOnFail()) {
			return failedItem(context, problem, item, service.ok ? { service: service.value } : {});
		}
		throw toNodeError(context.getNode(), problem, { itemIndex: item });
	});
}
