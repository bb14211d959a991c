import type { IDataObject } from 'n8n-workflow';
import type { Catalogue } from '../../panel/replies';
import type { Service } from '../../panel/schemas';

export const simplifiedService = ({ service, name, type, category, rate, description, ...rest }: Service): IDataObject => ({
	service,
	name,
	type,
	category,
	rate: Number(rate),
	...rest,
	...(description !== null && { description }),
});

/** The service at a place of the catalogue, simplified or as the panel sent it. */
export const serviceJson = (catalogue: Catalogue, index: number, simplify: boolean): IDataObject =>
	simplify
		? simplifiedService(catalogue.services[index] as Service)
		: (catalogue.raw[index] as IDataObject);
