import type { IDataObject } from 'n8n-workflow';
import type { Catalogue } from '../../panel/replies';
import type { Service } from '../../panel/schemas';

/** Written out, since a catalogue has thousands: a spread takes four times as long. */
export const simplifiedService = (service: Service): IDataObject => ({
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
