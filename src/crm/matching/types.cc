#include "crm/matching/types.h"

namespace stockbell::crm::matching {

const std::string& text_of(const ContactFields& fields, Field field) {
  switch (field) {
    case Field::first_name:
      return fields.first_name;
    case Field::last_name:
      return fields.last_name;
    case Field::title:
      return fields.title;
    case Field::company:
      return fields.company;
    case Field::email:
      return fields.email;
    case Field::phone:
      return fields.phone;
    case Field::street:
      return fields.street;
    case Field::city:
      return fields.city;
    case Field::postal_code:
      return fields.postal_code;
    case Field::country:
      return fields.country;
    case Field::b2c_customer_id:
      return fields.b2c_customer_id;
    case Field::b2c_customer_no:
      return fields.b2c_customer_no;
    case Field::b2c_list_id:
      return fields.b2c_list_id;
    case Field::site_group:
      break;
  }
  return fields.site_group;
}

}  // namespace stockbell::crm::matching
