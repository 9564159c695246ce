"""How a data set of readable files becomes rows: ``files`` reads, ``cells`` understands, ``tables`` orders, ``loading`` writes.

The verb is ``commissioner.domain.seeds.load_dataset``; nothing else uses this room.
"""
