import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Catalogue, Service } from '../../panel/schemas';
import { connect } from '../../shared/connection';
import type { Operation } from '../operation';
import { failedItem, ofRead, toNodeError } from '../../shared/problems';
import { readSimplify, simplify, noSuchService, readServiceId, serviceField } from '../shared/fields';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get service',
	description: 'Get price, limits and type of one service',
	fields: [serviceField, simplify],
	execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { catalogue } = await connect(context);
	const simplified = readSimplify(context);
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

/** Written out, since a catalogue has thousands: a spread takes four times as long. */
const simplifiedService = (service: Service): IDataObject => ({
	service: service.service,
	name: service.name,
	type: service.type,
	category: service.category,
	rate: Number(service.rate),
	min: service.min,
	max: service.max,
	refill: service.refill,
	cancel: service.cancel,
	dripfeed: service.dripfeed,
	...(service.description !== null && { description: service.description }),
});

/** The service at a place of the catalogue, simplified or as the panel sent it. */
export const serviceJson = (catalogue: Catalogue, index: number, simplify: boolean): IDataObject =>
	simplify ? simplifiedService(catalogue.services[index] as Service) : (catalogue.raw[index] as IDataObject);
