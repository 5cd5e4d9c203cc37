-- What every table and column means. Comments become the descriptions of the schema and are searched by `catalog`,
-- so they say what an agent cannot see in a type: units, typical values, what NULL stands for.

COMMENT ON TABLE artist IS 'Bands, soloists and TV shows whose albums the store sells.';
COMMENT ON COLUMN artist.artist_id IS 'Key of the artist.';
COMMENT ON COLUMN artist.name IS 'Name as printed on the cover, for example "AC/DC". Guests are part of the name ("Santana Feat. Rob Thomas").';

COMMENT ON TABLE album IS 'Albums, each by one artist. A season of a TV show is an album too.';
COMMENT ON COLUMN album.album_id IS 'Key of the album.';
COMMENT ON COLUMN album.title IS 'Title of the album, for example "Let There Be Rock". Not unique.';
COMMENT ON COLUMN album.artist_id IS 'The artist who made the album ("Various Artists" for compilations).';

COMMENT ON TABLE track IS 'Music (and some video) sold in the store, one row per track. A track is what people buy.';
COMMENT ON COLUMN track.track_id IS 'Key of the track.';
COMMENT ON COLUMN track.name IS 'Title of the track, or of the episode for a TV show. Not unique.';
COMMENT ON COLUMN track.album_id IS 'The album that the track is on. NULL for a single.';
COMMENT ON COLUMN track.media_type_id IS 'File format of the download; tells audio from video.';
COMMENT ON COLUMN track.genre_id IS 'Genre of the track, for example Rock or Jazz. NULL if not classified.';
COMMENT ON COLUMN track.composer IS 'Who wrote the track, several names separated by commas or slashes. NULL if not known, which is common.';
COMMENT ON COLUMN track.milliseconds IS 'Duration in milliseconds: 240000 is four minutes. Songs are mostly 2 to 7 minutes, TV episodes 20 to 90.';
COMMENT ON COLUMN track.bytes IS 'Size of the file in bytes, from about 39 kB to 1.06 GB.';
COMMENT ON COLUMN track.unit_price IS 'Current list price in US dollars: 0.99 for music, 1.99 for nearly all video. What was paid at the time may be another one.';

COMMENT ON TABLE genre IS 'Genres of tracks: Rock, Jazz, Metal, Latin, Classical, TV Shows and 19 more.';
COMMENT ON COLUMN genre.genre_id IS 'Key of the genre.';
COMMENT ON COLUMN genre.name IS 'Name of the genre, for example "Alternative & Punk" or "R&B/Soul".';

COMMENT ON TABLE media_type IS 'File formats in which tracks are sold: five, of which one is video.';
COMMENT ON COLUMN media_type.media_type_id IS 'Key of the format.';
COMMENT ON COLUMN media_type.name IS
    'One of: MPEG audio file, Protected AAC audio file, Protected MPEG-4 video file, Purchased AAC audio file, AAC audio file.';

COMMENT ON TABLE playlist IS 'Lists of tracks put together by the store, by mood, format or era. Some are empty.';
COMMENT ON COLUMN playlist.playlist_id IS 'Key of the playlist.';
COMMENT ON COLUMN playlist.name IS 'Name of the playlist, for example "Grunge". Not unique: there are two called "Music".';

COMMENT ON TABLE playlist_track IS 'Which track is on which playlist. A track may be on many; there is no order within a list.';
COMMENT ON COLUMN playlist_track.playlist_id IS 'The playlist.';
COMMENT ON COLUMN playlist_track.track_id IS 'The track on it.';

COMMENT ON TABLE customer IS 'People and companies who buy in the store, each looked after by one support agent.';
COMMENT ON COLUMN customer.customer_id IS 'Key of the customer.';
COMMENT ON COLUMN customer.first_name IS 'Given name of the person. Personal.';
COMMENT ON COLUMN customer.last_name IS 'Family name of the person. Personal.';
COMMENT ON COLUMN customer.company IS 'Employer, where the purchase is for a company. NULL for private customers (most of them).';
COMMENT ON COLUMN customer.address IS 'Street and house number. Personal.';
COMMENT ON COLUMN customer.city IS 'City of the address.';
COMMENT ON COLUMN customer.state IS 'State or province as an abbreviation ("CA", "SP"). NULL in countries without one.';
COMMENT ON COLUMN customer.country IS 'Country in English, written out: "USA", "United Kingdom", "Brazil". 24 countries.';
COMMENT ON COLUMN customer.postal_code IS 'Postal code as written in that country: "94043-1351", "70174". Text, not a number.';
COMMENT ON COLUMN customer.phone IS 'Telephone with country code, for example "+55 (12) 3923-5555". Personal.';
COMMENT ON COLUMN customer.fax IS 'Fax number with country code. Mostly NULL. Personal.';
COMMENT ON COLUMN customer.email IS 'E-mail address; every customer has one. Personal.';
COMMENT ON COLUMN customer.support_rep_id IS 'The employee (a Sales Support Agent) who answers this customer.';

COMMENT ON TABLE employee IS 'Staff of the store: management, sales support agents and IT.';
COMMENT ON COLUMN employee.employee_id IS 'Key of the employee.';
COMMENT ON COLUMN employee.last_name IS 'Family name.';
COMMENT ON COLUMN employee.first_name IS 'Given name.';
COMMENT ON COLUMN employee.title IS
    'Position, one of: General Manager, Sales Manager, Sales Support Agent, IT Manager, IT Staff.';
COMMENT ON COLUMN employee.reports_to IS 'The superior of this employee. NULL for the General Manager only.';
COMMENT ON COLUMN employee.birth_date IS 'Date of birth; the time is always midnight. Personal.';
COMMENT ON COLUMN employee.hire_date IS 'First day of work; the time is always midnight.';
COMMENT ON COLUMN employee.address IS 'Home: street and house number. Personal.';
COMMENT ON COLUMN employee.city IS 'Home: city.';
COMMENT ON COLUMN employee.state IS 'Home: province as an abbreviation, "AB" for all.';
COMMENT ON COLUMN employee.country IS 'Home: country in English.';
COMMENT ON COLUMN employee.postal_code IS 'Home: postal code.';
COMMENT ON COLUMN employee.phone IS 'Work telephone with country code.';
COMMENT ON COLUMN employee.fax IS 'Work fax number with country code.';
COMMENT ON COLUMN employee.email IS 'Work e-mail address.';

COMMENT ON TABLE invoice IS 'Purchases: one row per order of a customer, 2021 to 2025. Its items are in invoice_line.';
COMMENT ON COLUMN invoice.invoice_id IS 'Number of the invoice.';
COMMENT ON COLUMN invoice.customer_id IS 'The customer who bought.';
COMMENT ON COLUMN invoice.invoice_date IS 'Day of the purchase, without time zone; the time is always midnight.';
COMMENT ON COLUMN invoice.billing_address IS 'Billing address at the time: street and house number. Personal.';
COMMENT ON COLUMN invoice.billing_city IS 'Billing address at the time: city.';
COMMENT ON COLUMN invoice.billing_state IS 'Billing address at the time: state or province as an abbreviation. NULL in countries without one.';
COMMENT ON COLUMN invoice.billing_country IS 'Country to which the invoice went, in English. Use it for sales by country.';
COMMENT ON COLUMN invoice.billing_postal_code IS 'Billing address at the time: postal code.';
COMMENT ON COLUMN invoice.total IS 'Amount paid in US dollars: the sum of unit_price × quantity over the lines. 0.99 to 25.86.';

COMMENT ON TABLE invoice_line IS 'Items of an invoice: which track was sold, at what price.';
COMMENT ON COLUMN invoice_line.invoice_line_id IS 'Key of the line.';
COMMENT ON COLUMN invoice_line.invoice_id IS 'The invoice that the line is on.';
COMMENT ON COLUMN invoice_line.track_id IS 'The track that was sold.';
COMMENT ON COLUMN invoice_line.unit_price IS 'Price paid per piece in US dollars, at the time of the sale.';
COMMENT ON COLUMN invoice_line.quantity IS 'Number of pieces; 1 for a download.';
